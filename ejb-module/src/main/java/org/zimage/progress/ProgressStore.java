package org.zimage.progress;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.zimage.api.UtcTimeAdapter;
import org.zimage.api.json.Bodies;
import org.zimage.redis.RedisLink;
import org.zimage.task.CancellationRequested;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;

/**
 * Stores the progress of running tasks in Redis, and passes wishes to cancel to their workers. Nothing depends on it: while Redis is
 * away it shows nothing, costs a quarter of a second every few seconds, and logs once.
 *
 * <p>Owns one thread while there are listeners; it ends with {@link #close}. Thread-safe.
 */
@ApplicationScoped
public class ProgressStore {
  public static final String CHANNEL = "zimage:progress";

  /** Braces: a cluster keeps both of a task's keys on one server, so that they travel together. */
  private static final String TASK_KEY = "zimage:task:{%s}";
  private static final String CANCEL_KEY = "zimage:cancel:{%s}";

  /** Long enough for the slowest picture; then the database has everything that matters. */
  public static final long EXPIRY_SECONDS = 24 * 60 * 60;

  private final Clock clock;
  private final RedisLink redis;
  private final Previews previews;
  private final List<Consumer<TaskChange>> listeners = new CopyOnWriteArrayList<>();
  private final AtomicReference<ProgressFeed> feed = new AtomicReference<>();
  private final ThreadFactory threads;

  protected ProgressStore() {
    this(null, null, null, null);
  }

  @Inject
  public ProgressStore(RedisLink redis, Previews previews, Clock clock, ThreadFactory threads) {
    this.redis = redis;
    this.previews = previews;
    this.clock = clock;
    this.threads = threads;
  }

  /**
   * A worker reports a step.
   *
   * @param attempt the number of the worker's claim
   * @return whether the task's owner wants it to stop; false when Redis is away
   */
  public boolean report(TaskId id, int attempt, String worker, Progress progress) {
    return redis.ask(client -> {
      try (AbstractPipeline pipeline = client.pipelined()) {
        write(pipeline, id, TaskState.RUNNING, attempt, worker, progress);
        Response<Boolean> cancel = pipeline.exists(CANCEL_KEY.formatted(id));
        pipeline.sync();
        publish(client, id, TaskState.RUNNING, attempt, progress);
        return cancel.get();
      }
    }).orElse(false);
  }

  /** The task has reached another state; progress is what was finished until then. */
  public void changed(TaskId id, TaskState status, int attempt, String worker, Progress progress) {
    redis.ask(client -> {
      try (AbstractPipeline pipeline = client.pipelined()) {
        write(pipeline, id, status, attempt, worker, progress);
        if (status.isFinal()) {
          pipeline.del(CANCEL_KEY.formatted(id));
        }
        pipeline.sync();
        publish(client, id, status, attempt, progress);
        return status;
      }
    });
  }

  void passOn(@Observes(during = TransactionPhase.AFTER_SUCCESS) CancellationRequested cancellation) {
    if (cancellation.status() == TaskState.RUNNING) {
      requestCancel(cancellation.id());
    } else {
      announce(cancellation.id(), cancellation.status());
    }
  }

  /** Tells listeners that a task is in another state although no worker had it. */
  public void announce(TaskId id, TaskState status) {
    redis.ask(client -> client.publish(CHANNEL,
        Bodies.text(new ProgressMessage(id.value(), status.word(), null, null, null, null))));
  }

  /** How far a running task is; empty when the store does not know, or knows another attempt only. */
  public Optional<Progress> find(TaskId id, int attempt) {
    return redis.ask(client -> client.hgetAll(TASK_KEY.formatted(id))).flatMap(fields -> read(fields, attempt));
  }

  /** Leaves the wish to stop a task where its worker looks before every step. */
  public void requestCancel(TaskId id) {
    redis.ask(client -> client.setex(CANCEL_KEY.formatted(id), EXPIRY_SECONDS, "1"));
  }

  /** Whether the task's owner wants it to stop; false when Redis is away. */
  public boolean isCancelRequested(TaskId id) {
    return redis.ask(client -> client.exists(CANCEL_KEY.formatted(id))).orElse(false);
  }

  /**
   * Forgets tasks that are deleted.
   *
   * @return false when Redis is away; then it forgets them by itself, within {@value #EXPIRY_SECONDS} seconds
   */
  public boolean forget(Collection<TaskId> tasks) {
    return tasks.isEmpty() || redis.ask(client -> {
      try (AbstractPipeline pipeline = client.pipelined()) {
        List<Response<Long>> answers = tasks.stream().map(id ->
            pipeline.del(TASK_KEY.formatted(id), CANCEL_KEY.formatted(id), Previews.watchedKey(id))).toList();
        pipeline.sync();
        answers.forEach(Response::get);
        return true;
      }
    }).orElse(false);
  }

  /** Whether Redis answers now. */
  public boolean isReachable() {
    return redis.ask(UnifiedJedis::ping).isPresent();
  }

  /** Lasts until it is closed. */
  @FunctionalInterface
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Calls the listener at every change of every task, in the order of the changes, until the subscription is closed; never while Redis is
   * away. What the call does not say is read from {@link org.zimage.task.view.Tasks}.
   *
   * @param listener called on the one thread that hears of changes: it returns soon
   */
  public Subscription subscribe(Consumer<TaskChange> listener) {
    listeners.add(listener);
    feed.updateAndGet(running -> running == null ? new ProgressFeed() : running)
        .start(redis, threads, change -> listeners.forEach(each -> each.accept(change)), previews::heard);
    return () -> listeners.remove(listener);
  }

  /** Called every few seconds, so that a Redis that vanished without a word is noticed by those who listen. */
  public void tend() {
    ProgressFeed running = feed.get();
    if (running != null) {
      running.tend();
    }
  }

  @PreDestroy
  public void close() {
    ProgressFeed running = feed.get();
    if (running != null) {
      running.close();
    }
  }

  private void write(AbstractPipeline pipeline, TaskId id, TaskState status, int attempt, String worker, Progress progress) {
    String key = TASK_KEY.formatted(id);
    pipeline.hset(key, Map.of(
        "status", status.word(),
        "progress", String.valueOf(percent(status, progress)),
        "step", String.valueOf(progress.step()),
        "steps", String.valueOf(progress.steps()),
        "attempt", String.valueOf(attempt),
        "worker", worker,
        "updated_at", UtcTimeAdapter.format(clock.instant())));
    pipeline.expire(key, EXPIRY_SECONDS);
  }

  /** Not with the keys: a channel is on no particular server of a cluster. */
  private static void publish(UnifiedJedis client, TaskId id, TaskState status, int attempt, Progress progress) {
    client.publish(CHANNEL, Bodies.text(new ProgressMessage(id.value(), status.word(), attempt, percent(status, progress),
        progress.step(), progress.steps())));
  }

  private static int percent(TaskState status, Progress progress) {
    return status == TaskState.SUCCESS ? 100 : progress.percent();
  }

  private static Optional<Progress> read(Map<String, String> fields, int attempt) {
    if (!String.valueOf(attempt).equals(fields.get("attempt"))) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Progress(Integer.parseInt(fields.get("step")), Integer.parseInt(fields.get("steps"))));
    } catch (IllegalArgumentException e) {
      // Somebody else wrote under our key
      return Optional.empty();
    }
  }
}

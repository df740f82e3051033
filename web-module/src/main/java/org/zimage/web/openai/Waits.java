package org.zimage.web.openai;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.image.ImageStore;
import org.zimage.task.Cancellation;
import org.zimage.task.TaskId;
import org.zimage.task.TaskNotFound;
import org.zimage.task.TaskView;
import org.zimage.web.events.EventStreams;

/**
 * All callers of this node who wait for pictures. Whoever hangs up, or has waited for {@link #LONGEST}, has the pictures
 * cancelled that nobody else can ask for.
 *
 * <p>Owns one thread that looks after connections and a few that write answers, however many callers wait; they end with the
 * application. Thread-safe.
 */
@ApplicationScoped
public class Waits {
  /** The default patience of OpenAI's own clients. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  private static final Logger LOG = Logger.getLogger(Waits.class.getName());
  private static final int WRITERS = 4;
  private static final String NO_RETRY = "x-should-retry";

  private final EventStreams streams;
  private final Cancellation cancellation;
  private final ImageStore store;
  private final ScheduledExecutorService watch;
  private final ExecutorService writers;
  private final Map<Wait, Optional<TcpConnection>> waiting = new ConcurrentHashMap<>();

  protected Waits() {
    this.streams = null;
    this.cancellation = null;
    this.store = null;
    this.watch = null;
    this.writers = null;
  }

  @Inject
  public Waits(EventStreams streams, Cancellation cancellation, ImageStore store, ThreadFactory threads) {
    this.streams = streams;
    this.cancellation = cancellation;
    this.store = store;
    this.watch = Executors.newSingleThreadScheduledExecutor(work -> named(threads.newThread(work), "zimage-waits"));
    this.writers = Executors.newFixedThreadPool(WRITERS, work -> named(threads.newThread(work), "zimage-answers"));
  }

  private static Thread named(Thread thread, String name) {
    thread.setName(name);
    return thread;
  }

  @PostConstruct
  void start() {
    watch.scheduleWithFixedDelay(this::lookAfterConnections, 1, 1, TimeUnit.SECONDS);
  }

  @PreDestroy
  void stop() {
    watch.shutdownNow();
    writers.shutdownNow();
  }

  /** Answers when all pictures are there, or cannot come. */
  void begin(Wait wait, HttpServletRequest request) {
    waiting.put(wait, TcpConnection.of(request).filter(TcpConnection.open()::contains));
    wait.answer().setTimeoutHandler(late -> tooLate(wait));
    wait.answer().setTimeout(LONGEST.toSeconds(), TimeUnit.SECONDS);
    try {
      wait.tasks().forEach(task -> streams.watch(new WaitedTask(task, wait, this)));
    } catch (RuntimeException e) {
      wait.finish();
      waiting.remove(wait);
      throw e;
    }
  }

  /** A task of this wait is over. */
  void ended(Wait wait, TaskView end) {
    if (wait.ended(end)) {
      waiting.remove(wait);
      writers.execute(() -> answer(wait));
    }
  }

  /** A task of this wait was deleted. */
  void gone(Wait wait, TaskId task) {
    if (wait.finish()) {
      waiting.remove(wait);
      writers.execute(() -> wait.answer().resume(refusal(
          new OpenAiError(409, "invalid_request_error", null, "deleted", "The task " + task + " was deleted while it was made"))));
    }
  }

  private void answer(Wait wait) {
    Optional<TaskView> failed = wait.ends().stream().filter(end -> end.status() != TaskView.Status.SUCCESS).findFirst();
    if (failed.isPresent()) {
      wait.answer().resume(refusal(failure(failed.get())));
      return;
    }
    List<TaskView.Result> pictures = wait.ends().stream().map(TaskView::result).toList();
    StreamingOutput body = out -> wait.images().write(pictures, store, out);
    wait.answer().resume(Response.ok(body, MediaType.APPLICATION_JSON_TYPE).build());
  }

  private static OpenAiError failure(TaskView end) {
    String message = end.error() + ". " + end.errorHint();
    boolean cancelled = end.status() == TaskView.Status.REVOKED;
    return new OpenAiError(cancelled ? 409 : 500, cancelled ? "invalid_request_error" : "server_error", null, end.errorCode(),
        message);
  }

  /** OpenAI's clients send a request again after 409 and 5xx; here that would only make the same thing fail again. */
  private static Response refusal(OpenAiError error) {
    return Response.status(error.status()).type(MediaType.APPLICATION_JSON_TYPE).header(NO_RETRY, "false")
        .entity(error.toJson()).build();
  }

  private void tooLate(Wait wait) {
    if (wait.finish()) {
      waiting.remove(wait);
      writers.execute(() -> {
        cancel(wait);
        wait.answer().resume(refusal(new OpenAiError(504, "server_error", null, "timeout",
            "The pictures were not made within " + LONGEST.toMinutes() + " minutes and were cancelled")));
      });
    }
  }

  private void lookAfterConnections() {
    try {
      if (waiting.values().stream().anyMatch(Optional::isPresent)) {
        Set<TcpConnection> open = TcpConnection.open();
        waiting.forEach((wait, connection) -> {
          if (connection.isPresent() && !open.contains(connection.get())) {
            left(wait);
          }
        });
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Callers who hang up are not noticed at the moment", e);
    }
  }

  private void left(Wait wait) {
    if (wait.finish()) {
      waiting.remove(wait);
      writers.execute(() -> {
        if (wait.isCancelledByLeaving()) {
          cancel(wait);
        }
        // Nobody reads it; the container gets its connection back
        wait.answer().cancel();
      });
    }
  }

  private void cancel(Wait wait) {
    for (TaskId task : wait.tasks()) {
      try {
        if (!wait.hasEnded(task)) {
          cancellation.cancel(task.value(), wait.caller());
        }
      } catch (TaskNotFound e) {
        LOG.log(Level.FINE, "Task {0} was deleted before it could be cancelled", task);
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "Task " + task + ", which nobody waits for any more, could not be cancelled", e);
      }
    }
  }
}

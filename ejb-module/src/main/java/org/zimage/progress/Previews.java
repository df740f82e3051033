package org.zimage.progress;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.zimage.api.json.Bodies;
import org.zimage.redis.RedisLink;
import org.zimage.task.TaskId;

/**
 * Pictures while they are made, for whoever watches: a node says of which tasks somebody watches the previews, and their workers
 * make previews of these alone. They travel through Redis and are kept nowhere; with Redis away there are none. Thread-safe.
 */
@ApplicationScoped
public class Previews {
  static final String CHANNEL = "zimage:previews";

  private static final String WATCHED_KEY = "zimage:watched:{%s}";
  /** Watchers say so again, more often than this. */
  private static final long EXPIRY_SECONDS = 15;

  private final RedisLink redis;
  private final List<Consumer<Preview>> listeners = new CopyOnWriteArrayList<>();

  protected Previews() {
    this(null);
  }

  @Inject
  public Previews(RedisLink redis) {
    this.redis = redis;
  }

  /** Says that somebody watches these tasks; forgotten after {@value #EXPIRY_SECONDS} s. */
  public void watch(Collection<TaskId> tasks) {
    for (TaskId task : tasks) {
      redis.ask(client -> client.setex(watchedKey(task), EXPIRY_SECONDS, "1"));
    }
  }

  static String watchedKey(TaskId id) {
    return WATCHED_KEY.formatted(id);
  }

  /** Whether somebody watches a task; false when Redis is away. */
  public boolean isWatched(TaskId id) {
    return redis.ask(client -> client.exists(watchedKey(id))).orElse(false);
  }

  /** Shows a preview to everybody who watches. */
  public void show(TaskId id, int attempt, Progress progress, byte[] webp) {
    String message = Bodies.text(new PreviewMessage(id.value(), attempt, progress.step(), progress.steps(),
        Base64.getEncoder().encodeToString(webp)));
    redis.ask(client -> client.publish(CHANNEL, message));
  }

  /** Calls the listener at every preview of every task, on the board's own thread, for as long as this lives: return soon. */
  public void listen(Consumer<Preview> listener) {
    listeners.add(listener);
  }

  void heard(Preview preview) {
    listeners.forEach(listener -> listener.accept(preview));
  }
}

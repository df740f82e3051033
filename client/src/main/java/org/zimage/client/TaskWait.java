package org.zimage.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.zimage.api.TaskStatusResponse;

/**
 * Waits for tasks. What happens is heard from event streams, of a few tasks at a time; where a stream is silent or
 * broken, the status is asked for, so that neither a proxy nor a restarted server leaves the caller waiting. Owns the
 * streams. Used by one thread.
 */
final class TaskWait implements AutoCloseable {
  private static final int MOST_STREAMS = 8;
  private static final Duration SILENCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(500);

  /**
   * A task that is waited for; {@code last} is null until something is known of it, {@code stream} unless it is
   * listened to.
   */
  private static final class Watched {
    private EventStream stream;
    private boolean broken;
    private long askAt;
    private Seen last;

    private boolean isOver() {
      return last != null && last.isOver();
    }
  }

  private final Map<String, Watched> tasks = new LinkedHashMap<>();
  private final BlockingQueue<EventStream.News> heard = new LinkedBlockingQueue<>();
  private final TaskNews news;
  private final Consumer<TaskStatusResponse> listener;
  private final Duration longestOutage;
  private Long outageSince;

  /**
   * @param listener hears every change, in the waiting thread
   * @param longestOutage how long the server may be away
   */
  TaskWait(Collection<String> taskIds, TaskNews news, Consumer<TaskStatusResponse> listener, Duration longestOutage) {
    taskIds.forEach(id -> tasks.put(id, new Watched()));
    this.news = news;
    this.listener = listener;
    this.longestOutage = longestOutage;
  }

  /**
   * How the tasks have ended, in the given order.
   *
   * @throws TaskNotFinished when not all are over by then
   */
  List<TaskStatusResponse> untilOver(Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    while (true) {
      watchMore();
      List<String> unfinished = unfinished();
      if (unfinished.isEmpty()) {
        return tasks.values().stream().map(task -> task.last.status()).toList();
      }
      long now = System.nanoTime();
      if (now - deadline >= 0) {
        throw new TaskNotFinished(unfinished, longest);
      }
      long until = unfinished.stream().map(tasks::get).filter(task -> task.stream != null)
          .mapToLong(task -> task.askAt - now).min().orElse(0);
      EventStream.News next = heard.poll(Math.min(Math.max(until, 0), deadline - now), TimeUnit.NANOSECONDS);
      if (next == null) {
        askTheSilent();
      } else {
        hear(next);
      }
    }
  }

  @Override
  public void close() {
    tasks.values().forEach(TaskWait::stopListening);
  }

  private void watchMore() {
    long listening = tasks.values().stream().filter(task -> task.stream != null).count();
    for (Map.Entry<String, Watched> task : tasks.entrySet()) {
      if (listening == MOST_STREAMS) {
        return;
      }
      if (task.getValue().stream == null && !task.getValue().isOver()) {
        task.getValue().askAt = System.nanoTime() + SILENCE.toNanos();
        task.getValue().stream = news.listen(task.getKey(), heard::add);
        listening++;
      }
    }
  }

  private List<String> unfinished() {
    List<String> unfinished = new ArrayList<>();
    tasks.forEach((id, task) -> {
      if (!task.isOver()) {
        unfinished.add(id);
      }
    });
    return unfinished;
  }

  private void hear(EventStream.News next) {
    Watched task = tasks.get(next.taskId());
    task.broken = next.seen() == null;
    if (task.broken) {
      ask(next.taskId(), task);
    } else {
      task.askAt = System.nanoTime() + SILENCE.toNanos();
      outageSince = null;
      learn(task, next.seen());
    }
  }

  private void askTheSilent() {
    tasks.forEach((id, task) -> {
      if (task.stream != null && System.nanoTime() - task.askAt >= 0) {
        ask(id, task);
      }
    });
  }

  private void ask(String id, Watched task) {
    if (task.isOver()) {
      return;
    }
    Duration pause = task.broken ? POLL : SILENCE;
    try {
      learn(task, news.ask(id));
      outageSince = null;
    } catch (RequestRefused e) {
      if (e.status() != 429) {
        endure(e, e.isOutage());
      }
      pause = e.retryAfter().orElse(pause);
    } catch (ServerUnreachable e) {
      endure(e, true);
    }
    task.askAt = System.nanoTime() + pause.toNanos();
  }

  private void endure(ZImageClientException failure, boolean isOutage) {
    long now = System.nanoTime();
    if (!isOutage || outageSince != null && now - outageSince > longestOutage.toNanos()) {
      throw failure;
    }
    outageSince = outageSince == null ? Long.valueOf(now) : outageSince;
  }

  private void learn(Watched task, Seen seen) {
    if (task.last != null && seen.isBefore(task.last)) {
      return;
    }
    boolean isNew = task.last == null || !seen.status().equals(task.last.status());
    task.last = seen;
    if (task.isOver()) {
      stopListening(task);
    }
    if (isNew) {
      listener.accept(seen.status());
    }
  }

  private static void stopListening(Watched task) {
    if (task.stream != null) {
      task.stream.close();
      task.stream = null;
    }
  }
}

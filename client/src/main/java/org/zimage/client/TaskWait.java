package org.zimage.client;

import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.events.PreviewEvent;
import org.zimage.api.events.TaskSnapshot;
import org.zimage.client.events.TaskEventStream;

/**
 * Waits for tasks. It listens to the event streams of a few tasks at a time. Where a stream is silent or broken, it asks for the
 * status, so that neither a proxy nor a restarted server leaves the caller waiting. Owns the streams. Used by one thread.
 */
final class TaskWait implements AutoCloseable {
  private static final String ATTEMPT = "Task-Attempt";
  private static final int MAX_STREAMS = 8;
  private static final Duration SILENCE_BEFORE_ASKING = Duration.ofSeconds(5);
  private static final Duration PAUSE_BETWEEN_ASKING = Duration.ofMillis(500);

  /**
   * A task that is waited for. {@code last} is null until its status is known; {@code stream} is null while nothing listens to it.
   */
  private static final class Watched {
    private TaskEventStream stream;
    private boolean broken;
    private long askAt;
    private TaskSnapshot last;

    private boolean isOver() {
      return last != null && last.isOver();
    }
  }

  private final Map<String, Watched> tasks = new LinkedHashMap<>();
  private final BlockingQueue<TaskEventStream.Update> updates = new LinkedBlockingQueue<>();
  private final Connection server;
  private final ThreadFactory threads;
  private final Consumer<TaskStatusResponse> listener;
  private final Consumer<PreviewEvent> previews;
  private Long outageSince;

  /**
   * @param threads for the streams, one for each
   * @param listener hears every change, in the waiting thread
   * @param previews sees what the pictures look like after each step, in the waiting thread; null for nobody, so that none are made
   */
  TaskWait(Collection<String> taskIds, Connection server, ThreadFactory threads, Consumer<TaskStatusResponse> listener,
      Consumer<PreviewEvent> previews) {
    taskIds.forEach(id -> tasks.put(id, new Watched()));
    this.server = server;
    this.threads = threads;
    this.listener = listener;
    this.previews = previews;
  }

  /**
   * Waits until all tasks are over, and returns their last status in the given order.
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
      TaskEventStream.Update next = updates.poll(Math.min(Math.max(until, 0), deadline - now), TimeUnit.NANOSECONDS);
      if (next == null) {
        askAboutSilentTasks();
      } else {
        handle(next);
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
      if (listening == MAX_STREAMS) {
        return;
      }
      if (task.getValue().stream == null && !task.getValue().isOver()) {
        task.getValue().askAt = System.nanoTime() + SILENCE_BEFORE_ASKING.toNanos();
        task.getValue().stream = listen(task.getKey());
        listening++;
      }
    }
  }

  private TaskEventStream listen(String taskId) {
    return new TaskEventStream(taskId, lastEventId -> {
      Invocation.Builder request = server.request(events(taskId), MediaType.SERVER_SENT_EVENTS);
      return (lastEventId == null ? request : request.header(HttpHeaders.LAST_EVENT_ID_HEADER, lastEventId)).get();
    }, answer -> answer.getStatus() >= 500 || RequestRefused.by(answer).isByAnother(),
        server::parse, threads, updates::add);
  }

  private URI events(String taskId) {
    UriBuilder events = server.route("events");
    return (previews == null ? events : events.queryParam("previews", 1)).build(taskId);
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

  private void handle(TaskEventStream.Update next) {
    Watched task = tasks.get(next.taskId());
    task.broken = next instanceof TaskEventStream.BrokenOff;
    if (task.broken) {
      ask(next.taskId(), task);
      return;
    }
    task.askAt = System.nanoTime() + SILENCE_BEFORE_ASKING.toNanos();
    outageSince = null;
    if (next instanceof TaskEventStream.Seen seen) {
      update(task, seen.snapshot());
    } else if (next instanceof TaskEventStream.Previewed previewed && !task.isOver()) {
      previews.accept(previewed.preview());
    }
  }

  private void askAboutSilentTasks() {
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
    Duration pause = task.broken ? PAUSE_BETWEEN_ASKING : SILENCE_BEFORE_ASKING;
    try {
      update(task, status(id));
      outageSince = null;
    } catch (RequestRefused e) {
      if (e.status() != 429) {
        tolerate(e, e.isOutage());
      }
      pause = e.retryAfter().orElse(pause);
    } catch (ServerUnreachable e) {
      tolerate(e, e.certificateProblem().isEmpty());
    }
    task.askAt = System.nanoTime() + pause.toNanos();
  }

  /** Asks for the status once: this class decides when to ask again. */
  private TaskSnapshot status(String taskId) {
    return server.once(() -> server.request(server.route("status").build(taskId)).get(),
        answer -> TaskSnapshot.of(answer.readEntity(TaskStatusResponse.class), answer.getHeaderString(ATTEMPT)));
  }

  private void tolerate(ZImageClientException failure, boolean isOutage) {
    long now = System.nanoTime();
    if (!isOutage || outageSince != null && now - outageSince > server.retryTimeout().toNanos()) {
      throw failure;
    }
    outageSince = outageSince == null ? Long.valueOf(now) : outageSince;
  }

  private void update(Watched task, TaskSnapshot snapshot) {
    if (task.last != null && snapshot.isBefore(task.last)) {
      return;
    }
    boolean isNew = task.last == null || !snapshot.status().equals(task.last.status());
    task.last = snapshot;
    if (task.isOver()) {
      stopListening(task);
    }
    if (isNew) {
      listener.accept(snapshot.status());
    }
  }

  private static void stopListening(Watched task) {
    if (task.stream != null) {
      task.stream.close();
      task.stream = null;
    }
  }
}

package org.zimage.client;

import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.zimage.api.TaskStatusResponse;

/** How a task is, asked for or heard. Thread-safe. */
final class TaskNews {
  private static final String ATTEMPT = "Task-Attempt";

  private final Connection server;
  private final ThreadFactory threads;

  /** @param threads for the streams, one for each */
  TaskNews(Connection server, ThreadFactory threads) {
    this.server = server;
    this.threads = threads;
  }

  /** Asks once: whoever waits for a task knows best when to ask again. */
  Seen ask(String taskId) {
    return server.once(() -> server.request(server.route("status").build(taskId)).get(),
        answer -> Seen.of(answer.readEntity(TaskStatusResponse.class), answer.getHeaderString(ATTEMPT)));
  }

  /** Opens the stream of a task; its owner closes it. */
  EventStream listen(String taskId, Consumer<EventStream.News> listener) {
    return new EventStream(taskId, lastEventId -> {
      Invocation.Builder request = server.request(server.route("events").build(taskId), MediaType.SERVER_SENT_EVENTS);
      return (lastEventId == null ? request : request.header(HttpHeaders.LAST_EVENT_ID_HEADER, lastEventId)).get();
    }, data -> server.parse(data, TaskStatusResponse.class), threads, listener);
  }
}

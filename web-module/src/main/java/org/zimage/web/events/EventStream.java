package org.zimage.web.events;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.caller.Caller;
import org.zimage.task.TaskView;

/**
 * One listener's connection. A whole stream has at most some ten kilobytes, less than the system's own buffers, so that
 * a listener who does not read holds nobody up. Owns the sink. Thread-safe.
 */
final class EventStream implements TaskWatcher {
  private static final Logger LOG = Logger.getLogger(EventStream.class.getName());

  /** The id of the last event; a browser that connects again names it. */
  static final String DONE = "done";

  private static final String PROGRESS = "progress";
  private static final long RECONNECT_MILLIS = 2_000;

  private final String taskId;
  private final Caller caller;
  private final SseEventSink sink;
  private final Sse sse;
  private TaskView last;

  EventStream(String taskId, Caller caller, SseEventSink sink, Sse sse) {
    this.taskId = taskId;
    this.caller = caller;
    this.sink = sink;
    this.sse = sse;
  }

  @Override
  public String taskId() {
    return taskId;
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public boolean isClosed() {
    return sink.isClosed();
  }

  /**
   * Sends what is new; what is old, or was overtaken, is left out. After the end of the task comes the end of the
   * stream.
   */
  @Override
  public synchronized void send(TaskView now) {
    if (sink.isClosed() || now.equals(last) || isOvertaken(now)) {
      return;
    }
    String data = now.toJson().toString();
    OutboundSseEvent.Builder event = event(PROGRESS, data);
    tell(last == null ? event.reconnectDelay(RECONNECT_MILLIS) : event);
    last = now;
    if (now.status().isFinal()) {
      finish(data);
    }
  }

  @Override
  public synchronized void end() {
    if (!sink.isClosed()) {
      finish(last == null ? "null" : last.toJson().toString());
    }
  }

  /** Keeps connections open that close when they are silent, and finds those whose listener has left. */
  @Override
  public synchronized void keepAlive() {
    if (!sink.isClosed()) {
      tell(sse.newEventBuilder().comment(""));
    }
  }

  @Override
  public synchronized void close() {
    sink.close();
  }

  private void finish(String data) {
    tell(event(DONE, data).id(DONE));
    sink.close();
  }

  /** Whoever has left, perhaps while the event before was sent, is none of the other listeners' concern. */
  private void tell(OutboundSseEvent.Builder event) {
    try {
      sink.send(event.build());
    } catch (IllegalStateException closed) {
      LOG.log(Level.FINE, "A listener of task " + taskId + " has left", closed);
    }
  }

  /** News may overtake each other: within an attempt a task only goes on, and nothing follows the end. */
  private boolean isOvertaken(TaskView now) {
    return last != null && last.status() != TaskView.Status.RETRY && position(now) < position(last);
  }

  private static int position(TaskView view) {
    return switch (view.status()) {
      case PENDING -> -2;
      case STARTED -> -1;
      case PROGRESS -> view.progress();
      case RETRY, SUCCESS, FAILURE, REVOKED -> Integer.MAX_VALUE;
    };
  }

  private OutboundSseEvent.Builder event(String name, String data) {
    return sse.newEventBuilder().name(name).mediaType(MediaType.APPLICATION_JSON_TYPE).data(String.class, data);
  }
}

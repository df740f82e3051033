package org.zimage.client.events;

import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.events.PreviewEvent;
import org.zimage.api.events.TaskSnapshot;

/**
 * The event stream of one task. It is connected again whenever the connection breaks, until the task is over or the stream is
 * closed. Owns a connection and a thread. After a close the thread ends with the next line that the server sends, after 15 seconds
 * at the latest.
 */
public final class TaskEventStream implements AutoCloseable {
  private static final long FIRST_PAUSE_MILLIS = 250;
  private static final long MAX_PAUSE_MILLIS = 5_000;

  private static final String PREVIEW = "preview";

  /** What a stream tells of its task. */
  public sealed interface Update {
    String taskId();
  }

  /** How far the task is. */
  public record Seen(String taskId, TaskSnapshot snapshot) implements Update { }

  /** How its picture looks after a step. */
  public record Previewed(String taskId, PreviewEvent preview) implements Update { }

  /** The stream broke off, or could not be opened. */
  public record BrokenOff(String taskId) implements Update { }

  /** Reads the data of an event. */
  @FunctionalInterface
  public interface Parser {
    /** @return null for JSON's null */
    <T> T parse(String data, Class<T> type);
  }

  private final String taskId;
  private final Function<String, Response> connect;
  private final Predicate<Response> isAway;
  private final Parser parser;
  private final Consumer<Update> listener;
  private final Thread thread;
  private volatile boolean closed;
  private String lastEventId;
  private long pauseMillis = FIRST_PAUSE_MILLIS;

  /**
   * Begins to listen.
   *
   * @param connect opens the stream, given the id of the last event that was heard or null
   * @param isAway whether an answer that opens no stream is of a server that will come back
   * @param listener called by this stream's thread
   */
  public TaskEventStream(String taskId, Function<String, Response> connect, Predicate<Response> isAway,
      Parser parser, ThreadFactory threads, Consumer<Update> listener) {
    this.taskId = taskId;
    this.connect = connect;
    this.isAway = isAway;
    this.parser = parser;
    this.listener = listener;
    this.thread = threads.newThread(this::listen);
    this.thread.start();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void listen() {
    boolean again = true;
    while (again && !closed) {
      again = readStream();
      if (again && !closed) {
        listener.accept(new BrokenOff(taskId));
        again = pause();
      }
    }
  }

  /** @return whether it makes sense to connect again */
  private boolean readStream() {
    try (Response answer = connect.apply(lastEventId)) {
      if (answer.getStatus() != Response.Status.OK.getStatusCode()) {
        listener.accept(new BrokenOff(taskId));
        return isAway.test(answer);
      }
      return read(new EventReader(answer.readEntity(InputStream.class)));
    } catch (IOException | RuntimeException brokenOff) {
      // No event is lost: the listener asks for the status, and reports that failure if there is one
      return true;
    }
  }

  private boolean read(EventReader events) throws IOException {
    for (EventReader.Event event = events.next(); event != null && !closed; event = events.next()) {
      lastEventId = event.id();
      pauseMillis = FIRST_PAUSE_MILLIS;
      if (!handOver(event)) {
        return false;
      }
    }
    return true;
  }

  /** @return whether the task goes on */
  private boolean handOver(EventReader.Event event) {
    if (event.name().equals(PREVIEW)) {
      listener.accept(new Previewed(taskId, parser.parse(event.data(), PreviewEvent.class)));
      return true;
    }
    TaskStatusResponse status = parser.parse(event.data(), TaskStatusResponse.class);
    if (status != null) {
      listener.accept(new Seen(taskId, TaskSnapshot.of(status, event.id())));
    }
    return status == null || !status.status().isFinal();
  }

  private boolean pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(pauseMillis);
      pauseMillis = Math.min(pauseMillis * 2, MAX_PAUSE_MILLIS);
      return true;
    } catch (InterruptedException closing) {
      return false;
    }
  }
}

package org.zimage.web.events;

import java.time.Duration;
import org.zimage.api.events.PreviewEvent;
import org.zimage.api.events.TaskSnapshot;
import org.zimage.api.json.Bodies;
import org.zimage.caller.Caller;
import org.zimage.progress.Preview;
import org.zimage.web.writing.AnswerWriters;
import org.zimage.web.writing.LongAnswer;
import org.zimage.web.writing.ServerSentEvent;

/**
 * One listener's connection. A listener who does not read holds nobody up: what happens meanwhile is not kept but the latest
 * state, and after {@link AnswerWriters#LONGEST_STALL} the stream ends. Owns the answer. Thread-safe.
 */
final class EventStream implements TaskWatcher {
  /** The id of the last event; a browser that connects again names it. */
  static final String DONE = "done";

  private static final String PROGRESS = "progress";
  private static final String PREVIEW = "preview";
  private static final int RECONNECT_MILLIS = 2_000;
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

  private final String taskId;
  private final Caller caller;
  private final String prefix;
  private final boolean watchesPreviews;
  private final LongAnswer answer;
  /** The latest state, and the one that was told last; null before the first. */
  private TaskSnapshot latest;
  private TaskSnapshot told;
  private boolean deleted;
  private long lastWrite = System.nanoTime();
  /** Since when the listener does not read; null while it does. */
  private Long stalledSince;

  /** @param watchesPreviews whether the listener wants to see how the picture grows */
  EventStream(String taskId, Caller caller, String prefix, boolean watchesPreviews, LongAnswer answer) {
    this.taskId = taskId;
    this.caller = caller;
    this.prefix = prefix;
    this.watchesPreviews = watchesPreviews;
    this.answer = answer;
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
  public boolean watchesPreviews() {
    return watchesPreviews;
  }

  /** A listener who does not read at this moment misses it: the next one is newer. */
  @Override
  public synchronized void show(Preview preview) {
    boolean isOld = told == null || told.isOver() || told.attempt() != null && preview.attempt() < told.attempt();
    if (watchesPreviews && !isOld && !answer.isOver() && takesMore()) {
      write(ServerSentEvent.of(PREVIEW, String.valueOf(preview.attempt()), null, json(preview)));
    }
  }

  private static String json(Preview preview) {
    return Bodies.text(new PreviewEvent(preview.id().value(), preview.progress().step(), preview.progress().steps(),
        "data:image/webp;base64," + preview.webp()));
  }

  @Override
  public boolean isClosed() {
    return answer.isOver();
  }

  /**
   * Sends what is new; what is old, or was overtaken, is left out. After the end of the task comes the end of the
   * stream.
   */
  @Override
  public synchronized void send(TaskSnapshot now) {
    if (latest == null || !now.equals(latest) && !now.isBefore(latest)) {
      latest = now;
      writeNews();
    }
  }

  @Override
  public synchronized void end() {
    deleted = true;
    writeNews();
  }

  /**
   * Tells what could not be told before, keeps connections open that close when they are silent, and finds those whose
   * listener has left.
   */
  @Override
  public synchronized void tend() {
    if (hasNews()) {
      writeNews();
    } else if (System.nanoTime() - lastWrite > LONGEST_SILENCE.toNanos() && takesMore()) {
      write(ServerSentEvent.SILENCE);
    }
  }

  /** The head is sent. */
  synchronized void opened() {
    writeNews();
  }

  @Override
  public void close() {
    answer.end();
  }

  private boolean hasNews() {
    return deleted || latest != told;
  }

  private void writeNews() {
    if (latest != told && takesMore()) {
      write(event(PROGRESS, String.valueOf(latest.attempt()), told == null ? RECONNECT_MILLIS : null));
      told = latest;
    }
    if ((deleted || told != null && told.isOver()) && takesMore()) {
      write(event(DONE, DONE, null));
      answer.end();
    }
  }

  private byte[] event(String name, String id, Integer reconnectMillis) {
    return ServerSentEvent.of(name, id, reconnectMillis, latest == null ? "null" : Bodies.text(latest.status().below(prefix)));
  }

  private void write(byte[] event) {
    answer.write(event);
    lastWrite = System.nanoTime();
  }

  private boolean takesMore() {
    if (answer.isReady()) {
      stalledSince = null;
      return true;
    }
    long now = System.nanoTime();
    stalledSince = stalledSince == null ? Long.valueOf(now) : stalledSince;
    if (now - stalledSince > AnswerWriters.LONGEST_STALL.toNanos()) {
      answer.end();
    }
    return false;
  }
}

package org.zimage.web.writing;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The way of an answer to a caller who may not read it. What JAX-RS, a servlet or a filter writes goes out as far as the connection
 * takes it; the rest is kept, and written when the request's thread has left. A JAX-RS response may also be only the head: the body is
 * written here, piece by piece, until {@link #end}. The server waits for no caller with a write behind a {@link #isReady} that is true.
 * Thread-safe.
 */
public final class LongAnswer {
  private static final Logger LOG = Logger.getLogger(LongAnswer.class.getName());
  private static final String ATTRIBUTE = LongAnswer.class.getName();

  /** NEW until JAX-RS wants the body, BEGUN until the head is sent, then OPEN. */
  private enum State { NEW, BEGUN, OPEN, OVER }

  private final HttpServletResponse response;
  private final AnswerWriters writers;
  private final boolean hasBody;
  /** What was written and the connection did not take. */
  private final ByteArrayOutputStream rest = new ByteArrayOutputStream(0);
  /** The thread that serves the request; null when it has left. */
  private Thread serving = Thread.currentThread();
  private boolean isSuspended;
  private AsyncContext connection;
  private Runnable whenOpen;
  private State state = State.NEW;

  LongAnswer(HttpServletRequest request, HttpServletResponse response, AnswerWriters writers) {
    this.response = response;
    this.writers = writers;
    this.hasBody = !request.getMethod().equals(HttpMethod.HEAD);
    request.setAttribute(ATTRIBUTE, this);
  }

  /** That of a request whose JAX-RS response is suspended; from now on, any thread may end it. */
  public static LongAnswer of(HttpServletRequest request) {
    LongAnswer answer = (LongAnswer) request.getAttribute(ATTRIBUTE);
    answer.suspended();
    return answer;
  }

  private synchronized void suspended() {
    isSuspended = true;
  }

  /** The thread that serves the request leaves it. */
  synchronized void leave() {
    serving = null;
  }

  /** Everything is said; what the connection has not taken goes on without the thread that serves the request. */
  void finish(HttpServletRequest request) {
    if (!isSent()) {
      suspended();
      AsyncContext context = request.startAsync();
      context.setTimeout(0);
      headIsComplete(context);
    }
  }

  private synchronized boolean isSent() {
    return state == State.OVER || state == State.NEW && rest.size() == 0 && takesMore();
  }

  /**
   * Writes what the connection takes at once, and keeps the rest.
   *
   * @throws IOException when the caller has left, or reads nothing while too much is kept for others like that
   */
  synchronized void take(byte[] from, int offset, int length) throws IOException {
    ServletOutputStream out = response.getOutputStream();
    int written = 0;
    while (written < length && rest.size() == 0 && out.isReady()) {
      int piece = Math.min(Pieces.PIECE_BYTES, length - written);
      out.write(from, offset + written, piece);
      written += piece;
    }
    if (written == length) {
      return;
    }
    if (!writers.hold(length - written)) {
      throw new IOException("Too many callers do not read their answers");
    }
    rest.write(from, offset + written, length - written);
  }

  /** What was written and is not sent is not to be sent. */
  synchronized void forget() {
    writers.release(rest.size());
    rest.reset();
  }

  /** Sends what is written, unless that would wait for the caller. */
  synchronized void flush() throws IOException {
    if (rest.size() == 0 && response.getOutputStream().isReady()) {
      response.flushBuffer();
    }
  }

  /**
   * The entity of the JAX-RS response that is the head.
   *
   * @param open called when the head is sent
   */
  public StreamingOutput entity(Runnable open) {
    return out -> begin(open);
  }

  /** The body behind the head that JAX-RS is about to send; false where none is wanted, and nobody closes it. */
  boolean begin(Pieces pieces) {
    return begin(() -> writers.write(this, pieces));
  }

  private synchronized boolean begin(Runnable open) {
    boolean isWanted = state == State.NEW && hasBody;
    if (isWanted) {
      state = State.BEGUN;
      whenOpen = open;
    }
    return isWanted;
  }

  /** Whether JAX-RS knows no length, although it was given no bytes. */
  synchronized boolean isBegun() {
    return state == State.BEGUN;
  }

  synchronized void connected(AsyncContext context) {
    connection = context;
  }

  /** JAX-RS believes that all is said. */
  void headIsComplete(AsyncContext context) {
    Runnable opened = open(context);
    if (opened != null) {
      opened.run();
    }
  }

  private synchronized Runnable open(AsyncContext context) {
    connection = context;
    if (state == State.BEGUN) {
      state = State.OPEN;
      sendHead();
      return whenOpen;
    }
    if (isSent()) {
      forget();
      state = State.OVER;
      complete();
      return null;
    }
    state = State.OPEN;
    Pieces pieces = Pieces.of(rest.toByteArray(), this::forget);
    return () -> writers.write(this, pieces);
  }

  private void sendHead() {
    try {
      flush();
    } catch (IOException | IllegalStateException gone) {
      left(gone);
    }
  }

  /** Whether the head is sent, and a piece would be written without waiting for the caller. */
  public synchronized boolean isReady() {
    return state == State.OPEN && takesMore();
  }

  private boolean takesMore() {
    try {
      return response.getOutputStream().isReady();
    } catch (IOException | IllegalStateException gone) {
      left(gone);
      return false;
    }
  }

  /** Writes a piece, which the caller gets at once. Whoever has left, perhaps a moment ago, gets nothing. */
  public synchronized void write(byte[] piece) {
    if (state != State.OPEN) {
      return;
    }
    try {
      // One write and one flush: a second write would wait for the caller
      response.getOutputStream().write(piece);
      response.getOutputStream().flush();
    } catch (IOException | IllegalStateException gone) {
      left(gone);
    }
  }

  /** Ends the answer; what is written stays on its way to the caller. */
  public synchronized void end() {
    if (state == State.OPEN) {
      state = State.OVER;
      complete();
    } else if (state != State.OVER) {
      // JAX-RS ends it with the head
      state = State.OVER;
    }
  }

  /**
   * Behind an answer the server goes on with what else has come on the connection, on the thread that completes it. That must be
   * one of the server's: a next request whose body does not come would hold up everybody whom one of ours writes to.
   */
  private void complete() {
    AsyncContext answered = connection;
    if (!isSuspended || Thread.currentThread() == serving) {
      complete(answered);
    } else {
      answered.start(() -> complete(answered));
    }
  }

  private static void complete(AsyncContext context) {
    try {
      context.complete();
    } catch (IllegalStateException over) {
      LOG.log(Level.FINE, "The server has ended an answer, as it does when it stops", over);
    }
  }

  public synchronized boolean isOver() {
    return state == State.OVER;
  }

  private void left(Exception gone) {
    LOG.log(Level.FINE, "A caller has left", gone);
    end();
  }
}

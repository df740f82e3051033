package org.zimage.web.writing;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * An answer whose JAX-RS response is only its head. The body is written here, piece by piece, until {@link #end}. A writer that asks
 * {@link #isReady} before each piece never waits for a caller who does not read. Thread-safe.
 */
public final class LongAnswer {
  private static final Logger LOG = Logger.getLogger(LongAnswer.class.getName());
  private static final String ATTRIBUTE = LongAnswer.class.getName();

  /** NEW until JAX-RS wants the body, BEGUN until the head is sent, then OPEN. */
  private enum State { NEW, BEGUN, OPEN, OVER }

  private final HttpServletResponse response;
  private final boolean hasBody;
  /** The thread that serves the request; null when it has left. */
  private Thread serving = Thread.currentThread();
  private boolean isSuspended;
  private AsyncContext connection;
  private Runnable whenOpen;
  private State state = State.NEW;

  LongAnswer(HttpServletRequest request, HttpServletResponse response) {
    this.response = response;
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

  /**
   * The entity of the JAX-RS response that is the head.
   *
   * @param open called when the head is sent
   */
  public StreamingOutput entity(Runnable open) {
    return out -> begin(open);
  }

  private synchronized void begin(Runnable open) {
    if (state == State.NEW && hasBody) {
      state = State.BEGUN;
      whenOpen = open;
    }
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
    if (state != State.BEGUN) {
      state = State.OVER;
      complete();
      return null;
    }
    state = State.OPEN;
    try {
      if (response.getOutputStream().isReady()) {
        response.flushBuffer();
      }
    } catch (IOException | IllegalStateException gone) {
      left(gone);
    }
    return whenOpen;
  }

  /** Whether a response of JAX-RS, of a few kilobytes, would be written without waiting for the caller. */
  synchronized boolean takesHead() {
    return state != State.NEW || takesMore();
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

  /** Runs something on a thread of the server's for requests, because it may have to wait for the caller. */
  synchronized void onRequestThread(Runnable work) {
    connection.start(work);
  }

  private void left(Exception gone) {
    LOG.log(Level.FINE, "A caller has left", gone);
    end();
  }
}

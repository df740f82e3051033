package org.zimage.web.writing;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.web.access.Origins;

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

  /** What an answer takes in memory beside its rest: a piece that is made, and what waits in the server. */
  private static final long KEPT_BYTES = 128 * 1024;

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final ServerConnection server;
  private final AnswerWriters writers;
  private final UnreadBytes<LongAnswer> unread;
  private final Origins origins;
  private final boolean hasBody;
  /** What was written and the connection did not take. */
  private ByteArrayOutputStream rest = new ByteArrayOutputStream(0);
  /** What is counted as unread, and for whom; the first part of it until the answer is over, because it is in memory already. */
  private long kept;
  private long restBytes;
  private String address;
  /** The thread that serves the request; null when it has left. */
  private Thread serving;
  private AsyncContext connection;
  private Runnable whenOpen;
  private Pieces body;
  private State state = State.NEW;

  LongAnswer(HttpServletRequest request, HttpServletResponse response, AnswerWriters writers, UnreadBytes<LongAnswer> unread,
      Origins origins) {
    this.request = request;
    this.response = response;
    this.server = ServerConnection.of(request);
    this.writers = writers;
    this.unread = unread;
    this.origins = origins;
    this.hasBody = !request.getMethod().equals(HttpMethod.HEAD);
    request.setAttribute(ATTRIBUTE, this);
  }

  /** That of a request, also when a thread serves it a second time; null before the first. */
  public static LongAnswer of(HttpServletRequest request) {
    return (LongAnswer) request.getAttribute(ATTRIBUTE);
  }

  /** This thread serves the request. */
  synchronized void enter() {
    serving = Thread.currentThread();
  }

  /** The thread that serves the request leaves it. */
  synchronized void leave() {
    serving = null;
  }

  /** Everything is said; what the connection has not taken goes on without the thread that serves the request. */
  void finish() {
    if (!server.isOpen()) {
      abandon();
    } else if (!request.isAsyncStarted() && !isSent()) {
      AsyncContext context = request.startAsync();
      context.setTimeout(0);
      headIsComplete(context);
    }
  }

  /** The connection is closed: nothing more goes out. */
  private synchronized void abandon() {
    if (state == State.NEW || state == State.BEGUN) {
      fail();
      state = State.OVER;
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
    if (!server.isOpen()) {
      throw new IOException("The connection is closed");
    }
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
    if (!hold(length - written)) {
      server.breakOff();
      throw new IOException("Too many callers do not read their answers");
    }
    rest.write(from, offset + written, length - written);
  }

  private boolean hold(long bytes) {
    if (address == null) {
      address = origins.of(request).address();
    }
    kept += bytes;
    List<LongAnswer> lost = unread.keep(this, address, bytes);
    // Not by this thread: of two answers each would wait for the other
    lost.stream().filter(answer -> answer != this).forEach(answer -> writers.run(answer::breakOff));
    return !lost.contains(this);
  }

  /** It is not read at this moment: whether there is room for it. */
  synchronized boolean isKept() {
    return state != State.OVER && (kept >= restBytes + KEPT_BYTES || hold(KEPT_BYTES));
  }

  /** It is read: from now on others wait longer. */
  synchronized void flows() {
    if (kept > restBytes) {
      release();
      if (state != State.OVER && restBytes > 0 && !hold(restBytes)) {
        breakOff();
      }
    }
  }

  /** What was written and is not sent is not to be sent. */
  synchronized void forget() {
    rest.reset();
    release();
  }

  private void release() {
    if (kept > 0) {
      unread.release(this);
      kept = 0;
    }
  }

  /** Sends what is written, unless that would wait for the caller. */
  synchronized void flush() throws IOException {
    if (server.isOpen() && rest.size() == 0 && response.getOutputStream().isReady()) {
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
  synchronized boolean begin(Pieces pieces) {
    boolean isWanted = begin(() -> writers.write(this, pieces));
    body = isWanted ? pieces : null;
    return isWanted;
  }

  /** Nothing is answered here: the request has failed. */
  synchronized void fail() {
    forget();
    if (state == State.BEGUN && body != null) {
      AnswerWriters.close(body);
    }
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
    Pieces pieces = Pieces.of(rest.toByteArray());
    restBytes = rest.size();
    rest = new ByteArrayOutputStream(0);
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
      if (!server.isOpen()) {
        throw new IOException("The connection is closed");
      }
      return response.getOutputStream().isReady();
    } catch (IOException | IllegalStateException gone) {
      left(gone);
      return false;
    }
  }

  /** Writes a piece, which the caller gets at once. Whoever has left, perhaps a moment ago, gets nothing. */
  public synchronized void write(byte[] piece) {
    if (state != State.OPEN || !server.isOpen()) {
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
    release();
    if (state == State.OPEN) {
      state = State.OVER;
      complete();
    } else if (state != State.OVER) {
      // JAX-RS ends it with the head
      state = State.OVER;
    }
  }

  /** Ends an answer that is not whole, and its connection. */
  synchronized void breakOff() {
    release();
    if (state != State.OVER) {
      state = State.OVER;
      server.breakOff();
    }
  }

  /** Only while the connection is open: with it, the server ends the request, and uses its objects for others. */
  private void complete() {
    if (Thread.currentThread() == serving && server.isOpen()) {
      complete(connection);
    } else {
      writers.end(connection, server);
    }
  }

  static void complete(AsyncContext context) {
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

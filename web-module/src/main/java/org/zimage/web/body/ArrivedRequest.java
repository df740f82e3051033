package org.zimage.web.body;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.input.Spool;
import org.zimage.web.writing.ServerConnection;

/**
 * A request whose body is here. Whoever makes one closes it. One thread at a time uses it; another one may close it until it is served.
 */
final class ArrivedRequest extends HttpServletRequestWrapper implements AutoCloseable {
  static final int CHUNK_BYTES = 8192;
  private static final Logger LOG = Logger.getLogger(ArrivedRequest.class.getName());
  private static final int ENDED = -1;
  private static final int BROKEN = -2;

  private final BodyLimit limit;
  private final HeldBytes.Share held;
  private final Spool body = new Spool();
  /** Where the body comes from; null before it is read. */
  private InputStream source;
  private boolean isServed;
  private boolean isClosed;
  /** Takes back that the end of the connection closes it. */
  private Runnable unlisten = () -> { };

  ArrivedRequest(HttpServletRequest request, BodyLimit limit, HeldBytes.Share held) {
    super(request);
    this.limit = limit;
    this.held = held;
  }

  /** How reading a body ends. */
  enum Outcome {
    /** It is here, or as much of it as says that it is too long. */
    HERE,
    /** The caller did not send it in time, or not to its end. */
    LATE,
    /** There is no room for it at this moment. */
    NO_ROOM
  }

  /** Reads the body with this thread, as far as this one may go. */
  Outcome read() throws IOException {
    long deadline = System.nanoTime() + limit.longest().toNanos();
    byte[] chunk = new byte[CHUNK_BYTES];
    // Whoever has sent too much is told so, whether more comes or not
    long most = isChunked() ? limit.bytes() + 1 : Math.min(limit.bytes() + 1, Math.max(0, getContentLengthLong()));
    while (body.size() < most) {
      int got = readOrEnd(chunk, (int) Math.min(chunk.length, most - body.size()));
      if (got < 0) {
        return got == ENDED && isChunked() ? Outcome.HERE : Outcome.LATE;
      }
      if (!add(chunk, got)) {
        return Outcome.NO_ROOM;
      }
      if (System.nanoTime() > deadline) {
        return Outcome.LATE;
      }
    }
    return Outcome.HERE;
  }

  private int readOrEnd(byte[] chunk, int length) {
    try {
      return source().read(chunk, 0, length);
    } catch (IOException nothingMore) {
      return BROKEN;
    }
  }

  private InputStream source() throws IOException {
    if (source == null) {
      InputStream in = getRequest().getInputStream();
      source = BodyFilter.isUpgrade(this) && isChunked() ? new ChunkedBody(in) : in;
    }
    return source;
  }

  /** Adds what has arrived; false when there is no room for it, or it is closed. */
  synchronized boolean add(byte[] chunk, int length) throws IOException {
    if (isClosed) {
      return false;
    }
    body.write(chunk, 0, length);
    return held.isEnoughFor(body);
  }

  /** Whether more has arrived than its route takes. */
  boolean isTooLong() {
    return body.size() > limit.bytes();
  }

  BodyLimit limit() {
    return limit;
  }

  /** Otherwise it is as long as it says, and without a length there is none. */
  private boolean isChunked() {
    return getHeader("Transfer-Encoding") != null;
  }

  @Override
  public ServletInputStream getInputStream() {
    return new Body(body.open());
  }

  /** Its body is all here: it goes on, and nobody but who serves it closes it; false where it is closed already. */
  synchronized boolean serve() {
    isServed = !isClosed;
    return isServed;
  }

  synchronized boolean isClosed() {
    return isClosed;
  }

  /** Closes it when its caller leaves before it is served. */
  synchronized void endWith(ServerConnection connection) {
    unlisten = connection.whenClosed(this::left);
  }

  private synchronized void left() {
    try {
      if (!isServed) {
        close();
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "A body whose caller has left could not be removed", e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (!isClosed) {
      isClosed = true;
      unlisten.run();
      held.end();
      body.close();
    }
  }

  private static final class Body extends ServletInputStream {
    private final InputStream bytes;

    Body(InputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
      return bytes.read();
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      return bytes.read(to, offset, length);
    }

    @Override
    public int available() throws IOException {
      return bytes.available();
    }

    @Override
    public boolean isFinished() {
      try {
        return bytes.available() == 0;
      } catch (IOException closed) {
        return true;
      }
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new IllegalStateException("The body is here: it is read without waiting");
    }
  }
}

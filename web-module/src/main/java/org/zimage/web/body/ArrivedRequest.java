package org.zimage.web.body;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.zimage.request.JsonText;

/** A request whose body is here. Not for several threads. */
final class ArrivedRequest extends HttpServletRequestWrapper {
  static final int CHUNK_BYTES = 8192;
  private static final int LONGEST = JsonText.MAX_BYTES + 1;

  private byte[] body = {};

  ArrivedRequest(HttpServletRequest request) {
    super(request);
  }

  void arrive(byte[] wholeBody) {
    body = wholeBody;
  }

  /**
   * Reads the body with this thread, as far as any body may go.
   *
   * @return whether it came in that time
   */
  boolean read(Duration longest) {
    long deadline = System.nanoTime() + longest.toNanos();
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK_BYTES];
    try {
      InputStream in = getRequest().getInputStream();
      if (BodyFilter.isUpgrade(this) && isChunked()) {
        in = new ChunkedBody(in);
      }
      // Whoever has sent too much is told so, whether more comes or not
      int most = isChunked() ? LONGEST : (int) Math.min(LONGEST, Math.max(0, getContentLengthLong()));
      while (read.size() < most) {
        int got = in.read(chunk, 0, Math.min(chunk.length, most - read.size()));
        if (got < 0 && !isChunked()) {
          return false;
        }
        if (got < 0) {
          break;
        }
        read.write(chunk, 0, got);
        if (System.nanoTime() > deadline) {
          return false;
        }
      }
    } catch (IOException nothingMore) {
      return false;
    }
    arrive(read.toByteArray());
    return true;
  }

  /** Otherwise it is as long as it says, and without a length there is none. */
  private boolean isChunked() {
    return getHeader("Transfer-Encoding") != null;
  }

  @Override
  public ServletInputStream getInputStream() {
    return new Body(new ByteArrayInputStream(body));
  }

  private static final class Body extends ServletInputStream {
    private final ByteArrayInputStream bytes;

    Body(ByteArrayInputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      return bytes.read(to, offset, length);
    }

    @Override
    public int available() {
      return bytes.available();
    }

    @Override
    public boolean isFinished() {
      return bytes.available() == 0;
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

package org.zimage.worker;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A text that waits without a thread until its caller reads it. The server calls it by one thread at a time. */
final class UnblockedText implements WriteListener {
  private static final Logger LOG = Logger.getLogger(UnblockedText.class.getName());
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final AsyncContext connection;
  private final ServletOutputStream out;
  private final byte[] text;

  private UnblockedText(AsyncContext connection, ServletOutputStream out, String text) {
    this.connection = connection;
    this.out = out;
    this.text = text.getBytes(StandardCharsets.UTF_8);
  }

  /** Answers with a text, and ends the request. Its servlet supports asynchronous requests. */
  static void answer(HttpServletRequest request, HttpServletResponse response, String text) throws IOException {
    response.setCharacterEncoding("UTF-8");
    AsyncContext connection = request.startAsync();
    connection.setTimeout(LONGEST.toMillis());
    ServletOutputStream out = response.getOutputStream();
    out.setWriteListener(new UnblockedText(connection, out, text));
  }

  @Override
  public void onWritePossible() throws IOException {
    if (out.isReady()) {
      out.write(text);
      connection.complete();
    }
  }

  @Override
  public void onError(Throwable failure) {
    LOG.log(Level.FINE, "A caller has left", failure);
    connection.complete();
  }
}

package org.zimage.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One POST to an address that was looked up and checked before. Nothing looks the name up again, no redirect is followed, the proxies
 * of Java and the system are not used, and only the status of the answer is read. Owns its socket for the time of the call.
 *
 * @param tls encrypts a connection, and says whom it trusts
 * @param longest for the whole call: connection, TLS, sending and the answer's first line
 * @param deadlines closes the connection after it, which ends whatever the call waits for
 */
record WebhookCall(URI url, InetAddress address, SSLSocketFactory tls, Duration longest, ScheduledExecutorService deadlines) {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int MAX_LINE = 1_000;
  private static final String NO_HTTP = "the answer is no HTTP";
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?");

  /**
   * Sends a body.
   *
   * @param headers without those that follow from address and body
   * @return the status of the answer
   * @throws IOException when nobody answers in HTTP in time, or TLS does not prove that it is the host
   */
  int post(Map<String, String> headers, String body) throws IOException {
    Socket plain = new Socket(Proxy.NO_PROXY);
    AtomicBoolean late = new AtomicBoolean();
    Future<?> deadline = deadlines.schedule(() -> {
      late.set(true);
      plain.close();
      return null;
    }, longest.toMillis(), TimeUnit.MILLISECONDS);
    try (plain) {
      plain.connect(new InetSocketAddress(address, port()), CONNECT_MILLIS);
      try (Socket socket = isSecure() ? secured(plain) : plain) {
        OutputStream out = socket.getOutputStream();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        out.write(head(headers, bytes.length).getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.flush();
        return status(socket.getInputStream());
      }
    } catch (IOException failure) {
      if (late.get()) {
        throw new SocketTimeoutException("no answer within " + longest.toMillis() + " ms");
      }
      throw failure;
    } finally {
      deadline.cancel(false);
    }
  }

  private boolean isSecure() {
    return "https".equalsIgnoreCase(url.getScheme());
  }

  private int port() {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return isSecure() ? HTTPS_PORT : HTTP_PORT;
  }

  /** The certificate must be the host's, although the connection was made to an address. */
  private Socket secured(Socket plain) throws IOException {
    SSLSocket socket = (SSLSocket) tls.createSocket(plain, url.getHost(), port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (!url.getHost().startsWith("[") && !url.getHost().matches("[0-9.]+")) {
      parameters.setServerNames(List.of(new SNIHostName(url.getHost())));
    }
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  String head(Map<String, String> headers, int length) {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    StringBuilder head = new StringBuilder("POST ").append(path);
    if (url.getRawQuery() != null) {
      head.append('?').append(url.getRawQuery());
    }
    head.append(" HTTP/1.1\r\nHost: ").append(url.getHost());
    if (url.getPort() >= 0) {
      head.append(':').append(url.getPort());
    }
    headers.forEach((name, value) -> head.append("\r\n").append(name).append(": ").append(value));
    return head.append("\r\nContent-Length: ").append(length).append("\r\nConnection: close\r\n\r\n").toString();
  }

  /** Of the answer that counts: others may come before it, which say that there will be one (RFC 9110, section 15.2). */
  private static int status(InputStream in) throws IOException {
    int status = statusOf(line(in));
    while (status / 100 == 1) {
      while (!line(in).isEmpty()) {
        // its headers
      }
      status = statusOf(line(in));
    }
    return status;
  }

  private static int statusOf(String line) throws IOException {
    Matcher status = STATUS_LINE.matcher(line);
    if (!status.matches()) {
      throw new IOException(NO_HTTP);
    }
    return Integer.parseInt(status.group(1));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int read = in.read(); read != '\n'; read = in.read()) {
      if (read < 0 || line.length() >= MAX_LINE) {
        throw new IOException(NO_HTTP);
      }
      line.append((char) read);
    }
    return line.toString().stripTrailing();
  }
}

package org.zimage.tests.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Stands between a client and the server, and breaks connections: the requests arrive, of the answers only a part. A
 * connection carries one request. Owns its port and a thread for every connection, until it is closed.
 */
final class BreakingProxy implements AutoCloseable {
  /** An answer that passes whole. */
  static final int WHOLE = Integer.MAX_VALUE;

  private final URI server;
  private final Function<String, Integer> passed;
  private final ServerSocket port = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

  /** @param passed how many bytes of the answer reach the client, given the first line of the request */
  BreakingProxy(String server, Function<String, Integer> passed) throws IOException {
    this.server = URI.create(server);
    this.passed = passed;
    Thread accepting = new Thread(this::accept, "breaking-proxy");
    accepting.setDaemon(true);
    accepting.start();
  }

  String url() {
    return "http://127.0.0.1:" + port.getLocalPort();
  }

  /** Ends the connections that are open now, in the middle of their answers. */
  void breakConnections() {
    for (Socket client : clients) {
      try {
        client.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    port.close();
  }

  private void accept() {
    while (!port.isClosed()) {
      try {
        Socket client = port.accept();
        Thread serving = new Thread(() -> serve(client), "breaking-proxy-connection");
        serving.setDaemon(true);
        serving.start();
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    clients.add(client);
    try (client; Socket upstream = new Socket(server.getHost(), server.getPort())) {
      InputStream in = client.getInputStream();
      String head = head(in);
      String request = head.lines().findFirst().orElse("");
      OutputStream out = upstream.getOutputStream();
      out.write(head.replaceFirst("(?i)\r\nConnection:[^\r]*", "").replaceFirst("\r\n", "\r\nConnection: close\r\n")
          .getBytes(StandardCharsets.ISO_8859_1));
      out.write(in.readNBytes(contentLength(head)));
      out.flush();
      pass(upstream.getInputStream(), client.getOutputStream(), passed.apply(request));
    } catch (IOException left) {
      // Either side may leave whenever it likes
    } finally {
      clients.remove(client);
    }
  }

  /** At least one byte is awaited, so that the request has been handled when its answer is lost. */
  private static void pass(InputStream in, OutputStream out, int most) throws IOException {
    byte[] bytes = new byte[8192];
    int left = most;
    for (int read = in.read(bytes); read > 0 && left > 0; read = in.read(bytes)) {
      out.write(bytes, 0, Math.min(read, left));
      out.flush();
      left -= read;
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("left before the end of a head");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static int contentLength(String head) {
    return head.lines().filter(line -> line.toLowerCase().startsWith("content-length:"))
        .map(line -> Integer.parseInt(line.substring(line.indexOf(':') + 1).strip())).findFirst().orElse(0);
  }
}

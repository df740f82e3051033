package org.zimage.tests.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLContext;

/** Encrypts the way to a server that cannot. Owns its port and two threads for every connection, until it is closed. */
public final class TlsProxy implements AutoCloseable {
  private final ServerSocket port;
  private final int serverPort;

  public TlsProxy(SSLContext context, int serverPort) throws IOException {
    this.port = context.getServerSocketFactory().createServerSocket(0, 200, InetAddress.getLoopbackAddress());
    this.serverPort = serverPort;
    thread(this::accept);
  }

  public int port() {
    return port.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    port.close();
  }

  private void accept() {
    while (!port.isClosed()) {
      try {
        Socket client = port.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        thread(() -> pass(client, server));
        thread(() -> pass(server, client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void pass(Socket from, Socket to) {
    try (from; to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException left) {
      // Either side may leave whenever it likes
      return;
    }
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "tls-proxy");
    thread.setDaemon(true);
    thread.start();
  }
}

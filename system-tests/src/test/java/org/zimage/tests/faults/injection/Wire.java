package org.zimage.tests.faults.injection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The network between some nodes and one server, which can be cut, slowed and made unreliable. Owns its port and two threads for
 * every connection, until it is closed. Thread-safe.
 */
public final class Wire implements AutoCloseable {
  private static final int CONNECT_MILLIS = 2_000;

  private volatile int serverPort;
  private final ServerSocket port = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
  private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;
  private volatile long delayMillis;
  private volatile double resets;
  private volatile boolean silent;

  /** @param serverPort where the server listens on this machine */
  Wire(int serverPort) throws IOException {
    this.serverPort = serverPort;
    thread("accept", this::accept);
  }

  int port() {
    return port.getLocalPort();
  }

  /** New connections lead to a server that listens elsewhere now. */
  void to(int newServerPort) {
    serverPort = newServerPort;
  }

  /** Ends all connections, and every new one at once. */
  public void cut() {
    cut = true;
    ends.forEach(Wire::reset);
  }

  /** Lets every packet wait, in both directions. */
  public void slow(long millis) {
    delayMillis = millis;
  }

  /** @param share of all packets after which the connection is reset */
  public void lossy(double share) {
    resets = share;
  }

  /** Swallows everything and ends no connection, neither those that are open nor new ones. */
  public void silence() {
    silent = true;
  }

  /** Works as a network should; what was swallowed is lost, and its connections with it. */
  public void heal() {
    cut = false;
    if (silent) {
      silent = false;
      ends.forEach(Wire::reset);
    }
    delayMillis = 0;
    resets = 0;
  }

  @Override
  public void close() throws IOException {
    port.close();
    cut();
  }

  private void accept() {
    while (!port.isClosed()) {
      try {
        Socket client = port.accept();
        thread("connect", () -> connect(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    ends.add(client);
    ends.add(server);
    try {
      if (cut) {
        throw new IOException("cut");
      }
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort), CONNECT_MILLIS);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      thread("back", () -> pass(server, client));
      pass(client, server);
    } catch (IOException unreachable) {
      end(client, server);
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] bytes = new byte[16_384];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        if (cut || ThreadLocalRandom.current().nextDouble() < resets) {
          break;
        }
        TimeUnit.MILLISECONDS.sleep(delayMillis);
        if (silent) {
          continue;
        }
        out.write(bytes, 0, read);
      }
    } catch (IOException left) {
      // Either side may leave whenever it likes
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(from, to);
    }
  }

  private void end(Socket client, Socket server) {
    reset(client);
    reset(server);
    ends.remove(client);
    ends.remove(server);
  }

  /** Without a word of farewell. */
  private static void reset(Socket end) {
    try {
      end.setSoLinger(true, 0);
      end.close();
    } catch (IOException closed) {
      // by the other direction
    }
  }

  private static void thread(String name, Runnable work) {
    Thread thread = new Thread(work, "wire-" + name);
    thread.setDaemon(true);
    thread.start();
  }
}

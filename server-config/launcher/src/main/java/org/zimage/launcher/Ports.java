package org.zimage.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Free ports, found or checked before a server that would only log that its port is taken. */
final class Ports {
  private Ports() {}

  /** The port itself if it is free, any free one for 0; otherwise an error that names the variable to set. */
  static int free(String host, int port, String variable, String what) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
      return socket.getLocalPort();
    } catch (IOException taken) {
      throw new LauncherException("Port " + port + " on " + host + " cannot be used for " + what + " ("
          + LauncherException.words(taken) + "): stop what listens there, or choose another with " + variable + "="
          + (port == 0 ? 8001 : port + 1));
    }
  }

  static int anyFree() {
    return free("127.0.0.1", 0, "", "a local server");
  }
}

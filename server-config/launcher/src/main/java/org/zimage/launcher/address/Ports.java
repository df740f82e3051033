package org.zimage.launcher.address;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.zimage.launcher.error.LauncherException;

/** Finds and checks free ports. A server itself would only log that its port is taken. */
public final class Ports {
  /** Ports below those that Linux gives to outgoing connections: one of these could occupy a port that is to be kept. */
  private static final int MIN_KEPT_PORT = 20000;
  private static final int KEPT_PORT_LIMIT = 30000;

  private Ports() {}

  /** The port, if it is free; any free port for 0. Otherwise an error names the variable to set. */
  public static int free(String host, int port, String variable, String what) {
    InetAddress address = ofThisMachine(host, variable);
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, port));
      return socket.getLocalPort();
    } catch (IOException taken) {
      throw new LauncherException("Port " + port + " on " + host + " cannot be used for " + what + " ("
          + LauncherException.words(taken) + "): stop what listens there, or choose another with " + variable + "="
          + (port == 0 ? 8001 : port + 1));
    }
  }

  private static InetAddress ofThisMachine(String host, String portVariable) {
    try {
      InetAddress address = InetAddress.getByName(host);
      if (address.isAnyLocalAddress() || address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null) {
        return address;
      }
    } catch (IOException unknown) {
      // The same answer as for another machine's
    }
    throw new LauncherException(portVariable.replaceFirst("(_HTTPS)?_PORT", "_HOST") + "=" + host
        + " is not an address of this machine: use 127.0.0.1, or 0.0.0.0 for all of them");
  }

  /** The address by which this machine reaches a server that listens on that address. */
  public static String reachedAt(String host) {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::" -> "::1";
      default -> host;
    };
  }

  /** The same address as part of a URL. */
  public static String hostInUrl(String host) {
    return inBrackets(reachedAt(host));
  }

  /** Puts an address of IPv6 into brackets, as URLs do; everything else stays as it is. */
  public static String inBrackets(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  /**
   * The port in this file, if it is still free, so that other servers find a restarted server again. Otherwise another one, which
   * is written to the file.
   */
  public static int kept(Path file) throws IOException {
    String last = Files.exists(file) ? Files.readString(file).strip() : "";
    if (last.matches("2\\d{4}") && isFree(Integer.parseInt(last))) {
      return Integer.parseInt(last);
    }
    int port = new SecureRandom().ints(MIN_KEPT_PORT, KEPT_PORT_LIMIT).filter(Ports::isFree).findFirst().orElseThrow();
    Files.writeString(file, port + "\n");
    return port;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  public static int anyFree() {
    return free("127.0.0.1", 0, "", "a local server");
  }
}

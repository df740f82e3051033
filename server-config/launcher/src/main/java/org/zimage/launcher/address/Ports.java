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

/** Free ports, found or checked before a server that would only log that its port is taken. */
public final class Ports {
  /** Below those that Linux gives to connections, any of which could have a port that is to be kept. */
  private static final int MIN_KEPT_PORT = 20000;
  private static final int KEPT_PORT_LIMIT = 30000;

  private Ports() {}

  /** The port itself if it is free, any free one for 0; otherwise an error that names the variable to set. */
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

  /** Where this machine reaches what listens on that address. */
  public static String reachedAt(String host) {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::" -> "::1";
      default -> host;
    };
  }

  /** The same, as a URL has it. */
  public static String hostInUrl(String host) {
    return inBrackets(reachedAt(host));
  }

  /** An address of IPv6 as a URL has it; everything else as it is. */
  public static String inBrackets(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  /**
   * The port in this file while nothing else listens there, so that other servers find this one again after it was started anew;
   * otherwise another one, which is written down.
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

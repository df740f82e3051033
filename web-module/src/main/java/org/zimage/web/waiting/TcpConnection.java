package org.zimage.web.waiting;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A connection as the kernel sees it. A servlet learns only when it writes that a caller has closed the connection. The kernel knows at
 * once and says so in {@code /proc/net/tcp}.
 *
 * @param peer the other side's address as the kernel writes it: 16 bytes in hexadecimal digits
 */
record TcpConnection(int localPort, String peer, int peerPort) {
  private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private static final String ESTABLISHED = "01";
  private static final String IN_LINE_OF_ESTABLISHED = " 01 ";
  private static final String IPV4_IN_IPV6 = "0000000000000000FFFF0000";
  private static final int WORD = 4;

  /** The connection that a request came on; empty when its address is none. */
  static Optional<TcpConnection> of(HttpServletRequest request) {
    try {
      // An address, which is not looked up
      InetAddress peer = InetAddress.getByName(request.getRemoteAddr());
      return Optional.of(new TcpConnection(request.getLocalPort(), hexadecimal(peer.getAddress()),
          request.getRemotePort()));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** All connections of this machine that neither side has closed; none where there is no such table. */
  static Set<TcpConnection> open() {
    return lines(IN_LINE_OF_ESTABLISHED);
  }

  /** Whether neither side has closed it; false where there is no such table. */
  boolean isOpen() {
    return lines(":%04X ".formatted(peerPort)).contains(this);
  }

  /** The open ones of the lines with that text. There may be tens of thousands of lines: few of them are taken apart. */
  private static Set<TcpConnection> lines(String text) {
    Set<TcpConnection> open = new HashSet<>();
    for (Path table : TABLES) {
      try {
        Files.readAllLines(table).stream().filter(line -> line.contains(text)).forEach(line -> read(line).ifPresent(open::add));
      } catch (IOException e) {
        // No Linux, or no such protocol: hanging up goes unnoticed, and only the time limit ends the work
        continue;
      }
    }
    return open;
  }

  /** Reads {@code   0: 0100007F:1F90 0100007F:D2F4 01 …}. */
  static Optional<TcpConnection> read(String line) {
    String[] columns = line.strip().split("\\s+", 5);
    if (columns.length < 5 || !columns[3].equals(ESTABLISHED)) {
      return Optional.empty();
    }
    String[] peer = columns[2].split(":");
    return Optional.of(new TcpConnection(Integer.parseInt(columns[1].split(":")[1], 16), widened(peer[0]),
        Integer.parseInt(peer[1], 16)));
  }

  /** The kernel writes each word of four bytes as a number of this machine, which is little-endian. */
  private static String hexadecimal(byte[] address) {
    StringBuilder digits = new StringBuilder();
    for (int word = 0; word < address.length; word += WORD) {
      for (int at = word + WORD - 1; at >= word; at--) {
        digits.append(String.format(Locale.ROOT, "%02X", address[at]));
      }
    }
    return widened(digits.toString());
  }

  private static String widened(String digits) {
    return digits.length() == 2 * WORD ? IPV4_IN_IPV6 + digits : digits;
  }
}

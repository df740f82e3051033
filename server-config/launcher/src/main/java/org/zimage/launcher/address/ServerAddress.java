package org.zimage.launcher.address;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address of one server or several of a kind. Java's own {@code URI} knows neither a list of hosts nor names with an underscore,
 * which Docker Compose and Swarm give.
 *
 * @param user decoded; empty where there is none
 * @param password decoded; empty where there is none
 * @param hosts at least one
 * @param path what follows the hosts, without the slash between them; empty where there is nothing
 * @param query what follows the question mark, as it is written; empty where there is nothing
 */
public record ServerAddress(String scheme, String user, String password, List<Host> hosts, String path, String query) {
  /** The remedy for an address that cannot be read. Mostly its password has such a character. */
  public static final String ENCODING_HINT = "(the characters @ / : % of a password as %40 %2F %3A %25)";

  private static final Pattern ADDRESS = Pattern.compile(
      "([a-z][a-z0-9+.-]*)://(?:([^@/?#\\s]*)@)?([^@/?#\\s]+)(?:/([^?#\\s]*))?(?:\\?([^#\\s]*))?(?:#\\S*)?");
  private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(?::(\\d{1,5}))?");
  private static final int MAX_PORT = 65535;

  /**
   * @param name an address of IPv6 stands in brackets
   * @param port -1 where there is none
   */
  public record Host(String name, int port) {
    /** Name and port, as drivers read them. */
    String withPort(int usual) {
      return name + ":" + (port < 0 ? usual : port);
    }

    /** The name without brackets, for those who write name and port apart. */
    String bareName() {
      return name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
    }
  }

  /** @throws IllegalArgumentException if the text is not {@code scheme://[user:password@]host[:port][,host[:port]…][/path][?query]} */
  public static ServerAddress parse(String text) {
    Matcher address = ADDRESS.matcher(text.trim());
    if (!address.matches()) {
      throw new IllegalArgumentException("not an address");
    }
    String[] credentials = (address.group(2) == null ? "" : address.group(2)).split(":", 2);
    return new ServerAddress(address.group(1).toLowerCase(Locale.ROOT), decoded(credentials[0]),
        credentials.length > 1 ? decoded(credentials[1]) : "", hosts(address.group(3)),
        address.group(4) == null ? "" : address.group(4), address.group(5) == null ? "" : address.group(5));
  }

  private static List<Host> hosts(String list) {
    List<Host> hosts = new ArrayList<>();
    for (String part : list.split(",", -1)) {
      Matcher host = HOST.matcher(part);
      if (!host.matches()) {
        throw new IllegalArgumentException("not a host");
      }
      int port = host.group(2) == null ? -1 : Integer.parseInt(host.group(2));
      if (port > MAX_PORT) {
        throw new IllegalArgumentException("not a port");
      }
      hosts.add(new Host(host.group(1), port));
    }
    return List.copyOf(hosts);
  }

  /** Decodes a part of an address. A plus sign stands for itself. */
  static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Encodes a part of an address, as {@link #decoded} reads it. */
  static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

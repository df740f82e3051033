package org.zimage.audit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Who does something.
 *
 * @param id of a client or the administrator, the key of the row in api_clients; of a node, its name; null for others
 */
public record Actor(Kind kind, String id, Origin origin) {
  private static final String HOST = host();

  /** What an actor is. */
  public enum Kind {
    ADMINISTRATOR, CLIENT,
    /** A call without a key, where none are asked for. */
    ANONYMOUS,
    /** A call whose key is none, or is not accepted. */
    STRANGER,
    /** Work that recurs, which a node does for all. */
    NODE;

    /** As the database and answers call it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Somebody whose key is none, or was not looked at. */
  public static Actor stranger(Origin origin) {
    return new Actor(Kind.STRANGER, null, origin);
  }

  /** This node, for what it does of its own accord. */
  public static Actor node() {
    return new Actor(Kind.NODE, HOST, Origin.NODE);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}

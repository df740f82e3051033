package org.zimage.settings;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The address of Redis, read from REDIS_URL. Java's own {@code URI} reads neither a list of hosts nor names with an underscore.
 *
 * @param servers the server itself; of a cluster some of its nodes; otherwise the sentinels, who know the server
 * @param encrypted all connections by TLS
 * @param user null for none
 * @param password null for none
 * @param database always 0 in a cluster
 * @param master the name by which the sentinels know the server; null without sentinels
 * @param sentinelUser null for none
 * @param sentinelPassword null for none
 */
public record RedisSettings(Kind kind, List<Server> servers, boolean encrypted, String user, String password, int database,
    String master, String sentinelUser, String sentinelPassword) {
  /** One of this machine. */
  public static final RedisSettings DEFAULT =
      new RedisSettings(Kind.ONE_SERVER, List.of(new Server("127.0.0.1", 6379)), false, null, null, 0, null, null, null);

  private static final String FORM = "redis://[user:password@]host[:port][/database], redis-sentinel://[user:password@]host[:port],…"
      + "[/database]#master or redis-cluster://[user:password@]host[:port],…, rediss… for TLS, with the characters @ / : % of a "
      + "password as %40 %2F %3A %25";
  private static final Pattern ADDRESS = Pattern.compile("redis(s?)(-sentinel|-cluster|)://(?:([^@/?#\\s]*)@)?([^@/?#\\s]+)(?:/(\\d{0,4}))?"
      + "(?:\\?([^#\\s]*))?(?:#([A-Za-z0-9._-]+))?");
  private static final Pattern SERVER = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(?::(\\d{1,5}))?");
  private static final String SENTINEL_USER = "sentinel_user";
  private static final String SENTINEL_PASSWORD = "sentinel_password";

  /** How many servers of Redis there are, and who knows which of them is asked. */
  public enum Kind {
    ONE_SERVER("", 6379),
    SENTINEL("-sentinel", 26379),
    CLUSTER("-cluster", 6379);

    private final String suffix;
    private final int usualPort;

    Kind(String suffix, int usualPort) {
      this.suffix = suffix;
      this.usualPort = usualPort;
    }
  }

  /** @param host without the brackets around an address of IPv6 */
  public record Server(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** @throws InvalidSetting with what is wrong in an address that is none, never with its password */
  static RedisSettings read(String variable, String value) {
    if (value == null) {
      return DEFAULT;
    }
    Matcher address = ADDRESS.matcher(value);
    if (!address.matches()) {
      throw wrong(variable, value);
    }
    Kind kind = kind(address.group(2));
    List<Server> servers = servers(address.group(4), kind);
    int database = address.group(5) == null || address.group(5).isEmpty() ? 0 : Integer.parseInt(address.group(5));
    String master = address.group(7);
    boolean fits = !servers.isEmpty() && switch (kind) {
      case ONE_SERVER -> servers.size() == 1 && master == null;
      case SENTINEL -> master != null;
      case CLUSTER -> master == null && database == 0;
    };
    if (!fits) {
      throw wrong(variable, value);
    }
    String[] credentials = (address.group(3) == null ? "" : address.group(3)).split(":", 2);
    try {
      Map<String, String> parameters = parameters(variable, kind, address.group(6));
      return new RedisSettings(kind, servers, !address.group(1).isEmpty(), decoded(credentials[0]),
          credentials.length > 1 ? decoded(credentials[1]) : null, database, master, parameters.get(SENTINEL_USER),
          parameters.get(SENTINEL_PASSWORD));
    } catch (IllegalArgumentException percentSignWithoutNumber) {
      throw wrong(variable, value);
    }
  }

  /** A parameter may be a password. */
  private static InvalidSetting wrong(String variable, String value) {
    return new InvalidSetting(variable, value.replaceFirst("\\?[^#]*", "?…"), FORM);
  }

  private static Kind kind(String suffix) {
    return Arrays.stream(Kind.values()).filter(kind -> kind.suffix.equals(suffix)).findFirst().orElseThrow();
  }

  /** @return nothing where one of them is none */
  private static List<Server> servers(String list, Kind kind) {
    List<Server> servers = new ArrayList<>();
    for (String part : list.split(",", -1)) {
      Matcher server = SERVER.matcher(part);
      if (!server.matches()) {
        return List.of();
      }
      int port = server.group(2) == null ? kind.usualPort : Integer.parseInt(server.group(2));
      if (port > Settings.LAST_PORT) {
        return List.of();
      }
      servers.add(new Server(server.group(1).replaceAll("[\\[\\]]", ""), port));
    }
    return List.copyOf(servers);
  }

  private static Map<String, String> parameters(String variable, Kind kind, String query) {
    Map<String, String> parameters = new TreeMap<>();
    for (String parameter : (query == null ? "" : query).split("&")) {
      String[] words = parameter.split("=", 2);
      if (!parameter.isEmpty()) {
        if (kind != Kind.SENTINEL || words.length < 2 || !words[0].matches(SENTINEL_USER + "|" + SENTINEL_PASSWORD)) {
          throw new InvalidSetting(variable, "without the parameter " + words[0]
              + "; with redis-sentinel there are " + SENTINEL_USER + " and " + SENTINEL_PASSWORD + ", no others");
        }
        parameters.put(words[0], decoded(words[1]));
      }
    }
    return parameters;
  }

  private static String decoded(String part) {
    return part.isEmpty() ? null : URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The servers alone, for the log. */
  public String place() {
    return servers.stream().map(Server::toString).collect(Collectors.joining(",")) + (master == null ? "" : "#" + master);
  }

  /** Without the passwords, so that they cannot reach a log. */
  @Override
  public String toString() {
    return "RedisSettings[kind=" + kind + ", servers=" + place() + "]";
  }
}

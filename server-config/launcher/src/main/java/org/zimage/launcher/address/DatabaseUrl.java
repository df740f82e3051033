package org.zimage.launcher.address;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postgresql.PGProperty;
import org.zimage.launcher.error.LauncherException;

/**
 * A database as {@code DATABASE_URL} names it. Payara's pool takes the address of the JDBC driver.
 *
 * @param hosts of one server, or of several of which one is the primary
 * @param parameters of the connection, by the driver's own names
 */
public record DatabaseUrl(List<ServerAddress.Host> hosts, String database, String user, String password, Map<String, String> parameters) {
  private static final Pattern DRIVER_SUFFIX = Pattern.compile("^(postgres(?:ql)?)\\+\\w+:");
  private static final int DEFAULT_PORT = 5432;
  /** Parameters that are given before the question mark, or would name another server. */
  private static final Set<PGProperty> FORBIDDEN_PARAMETERS = Set.of(PGProperty.USER, PGProperty.PASSWORD, PGProperty.PG_HOST, PGProperty.PG_PORT,
      PGProperty.PG_DBNAME, PGProperty.SERVICE);

  /** @throws LauncherException if the text is not {@code postgresql[+driver]://user:password@host[:port][,…]/database[?parameter=value&…]} */
  public static DatabaseUrl parse(String text) {
    try {
      ServerAddress address = ServerAddress.parse(DRIVER_SUFFIX.matcher(text.trim()).replaceFirst("$1:"));
      boolean complete = !address.path().isEmpty() && !address.path().contains("/") && !address.user().isEmpty();
      if (complete && address.scheme().matches("postgres(ql)?")) {
        return new DatabaseUrl(address.hosts(), ServerAddress.decoded(address.path()), address.user(), address.password(),
            parameters(address.query()));
      }
    } catch (IllegalArgumentException notAnAddress) {
      // answered below, with the others
    }
    throw new LauncherException("DATABASE_URL is not a PostgreSQL address: write it like "
        + "postgresql://user:password@host:5432/database " + ServerAddress.ENCODING_HINT);
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new TreeMap<>();
    for (String parameter : query.split("&")) {
      if (!parameter.isEmpty()) {
        String[] words = parameter.split("=", 2);
        String value = words.length > 1 ? ServerAddress.decoded(words[1]) : "";
        check(words[0], value);
        parameters.put(words[0], value);
      }
    }
    return parameters;
  }

  /** Refuses what the driver would ignore silently. */
  private static void check(String name, String value) {
    PGProperty known = PGProperty.forName(name);
    if (known == null || FORBIDDEN_PARAMETERS.contains(known)) {
      throw new LauncherException("DATABASE_URL has the parameter " + name + ", which PostgreSQL's JDBC driver does not take there: "
          + similarName(name) + "leave it out");
    }
    String[] choices = known == PGProperty.SSL ? new String[] {"true", "false"} : known.getChoices();
    if (choices != null && !Arrays.asList(choices).contains(value)) {
      throw new LauncherException("DATABASE_URL has " + name + "=" + value + ": use one of " + String.join(", ", choices)
          + (known == PGProperty.SSL ? ", or sslmode" : ""));
    }
  }

  /** The driver's name that is like this one: other drivers write application_name, for example. */
  private static String similarName(String name) {
    return Arrays.stream(PGProperty.values()).filter(known -> !FORBIDDEN_PARAMETERS.contains(known)).map(PGProperty::getName)
        .filter(known -> known.equalsIgnoreCase(name.replaceAll("[_-]", ""))).findFirst().map(known -> "write " + known + ", or ")
        .orElse("");
  }

  /** The address for the JDBC driver, without user and password. */
  public String jdbc() {
    Map<String, String> all = new TreeMap<>(parameters);
    // Notices a network that drops all packets. Migrations switch it off for themselves (Schema)
    all.putIfAbsent(PGProperty.SOCKET_TIMEOUT.getName(), "20");
    all.putIfAbsent(PGProperty.CONNECT_TIMEOUT.getName(), "5");
    if (hosts.size() > 1) {
      // A standby takes no tasks
      all.putIfAbsent(PGProperty.TARGET_SERVER_TYPE.getName(), "primary");
    }
    return "jdbc:postgresql://" + place() + query(all);
  }

  /** The address, as {@link #parse} reads it. */
  public String url() {
    return "postgresql://" + ServerAddress.encoded(user) + ":" + ServerAddress.encoded(password) + "@" + place() + query(parameters);
  }

  private String place() {
    return hosts.stream().map(host -> host.withPort(DEFAULT_PORT)).collect(Collectors.joining(",")) + "/" + ServerAddress.encoded(database);
  }

  private static String query(Map<String, String> parameters) {
    return parameters.isEmpty() ? "" : parameters.entrySet().stream()
        .map(parameter -> parameter.getKey() + "=" + ServerAddress.encoded(parameter.getValue())).collect(Collectors.joining("&", "?", ""));
  }
}

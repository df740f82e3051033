package org.zimage.launcher;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A database as {@code DATABASE_URL} names it; Payara's pool wants its parts. */
record DatabaseUrl(String host, int port, String database, String user, String password, String sslMode,
    String sslRootCertificate) {
  private static final Pattern DRIVER_SUFFIX = Pattern.compile("^(postgres(?:ql)?)\\+\\w+:");
  private static final Pattern SSL_MODE = Pattern.compile("(?:^|&)sslmode=([a-z-]+)");
  private static final Pattern SSL_ROOT_CERTIFICATE = Pattern.compile("(?:^|&)sslrootcert=([^&]+)");
  /** What PostgreSQL's own clients do when nothing is said. */
  private static final String USUAL_SSL_MODE = "prefer";
  private static final String USUAL_SSL_ROOT_CERTIFICATE = System.getProperty("user.home") + "/.postgresql/root.crt";

  /** @throws LauncherException if the text is not {@code postgresql[+driver]://user:password@host[:port]/database[?sslmode=…&sslrootcert=…]} */
  static DatabaseUrl parse(String text) {
    try {
      URI uri = URI.create(DRIVER_SUFFIX.matcher(text.trim()).replaceFirst("$1:"));
      String database = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
      boolean complete = uri.getHost() != null && !database.isEmpty() && uri.getRawUserInfo() != null;
      if (complete && uri.getScheme().matches("postgres(ql)?")) {
        String[] credentials = uri.getRawUserInfo().split(":", 2);
        String query = uri.getQuery() == null ? "" : uri.getQuery();
        return new DatabaseUrl(uri.getHost(), uri.getPort() < 0 ? 5432 : uri.getPort(), database,
            decoded(credentials[0]), credentials.length > 1 ? decoded(credentials[1]) : "",
            parameter(SSL_MODE, query, USUAL_SSL_MODE), parameter(SSL_ROOT_CERTIFICATE, query, USUAL_SSL_ROOT_CERTIFICATE));
      }
    } catch (IllegalArgumentException notAnAddress) {
      // answered below, with the others
    }
    throw new LauncherException("DATABASE_URL is not a PostgreSQL address: write it like "
        + "postgresql://user:password@host:5432/database " + Backends.ENCODING_HINT);
  }

  private static String parameter(Pattern name, String query, String usual) {
    Matcher parameter = name.matcher(query);
    return parameter.find() ? parameter.group(1) : usual;
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}

package org.zimage.launcher;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The servers that the applications need, by their addresses. */
record Backends(DatabaseUrl database, URI redis, BrokerUrl broker) {
  /** What to do where an address cannot be read: mostly its password has such a character. */
  static final String ENCODING_HINT = "(the characters @ / : % of a password as %40 %2F %3A %25)";

  /** @throws LauncherException naming the variable of the server that the settings leave out */
  static Backends of(LauncherSettings settings) {
    require(settings.databaseUrl(), "DATABASE_URL", "postgresql://user:password@host:5432/database");
    require(settings.redisUrl(), "REDIS_URL", "redis://host:6379/0");
    require(settings.artemisUrl(), "ARTEMIS_URL", "tcp://host:61616");
    return new Backends(settings.databaseUrl(), settings.redisUrl(), settings.artemisUrl());
  }

  private static void require(Object address, String variable, String example) {
    if (address == null) {
      throw new LauncherException(variable + " is not set: write it like " + example);
    }
  }

  /** What the server's resources (payara-micro/post-boot.txt) and the applications read. */
  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("ZIMAGE_DATABASE_HOST", database.host());
    environment.put("ZIMAGE_DATABASE_PORT", Integer.toString(database.port()));
    environment.put("ZIMAGE_DATABASE_NAME", database.database());
    environment.put("ZIMAGE_DATABASE_USER", database.user());
    environment.put("ZIMAGE_DATABASE_PASSWORD", database.password());
    environment.put("ZIMAGE_DATABASE_SSLMODE", database.sslMode());
    environment.put("ZIMAGE_DATABASE_SSLROOTCERT", database.sslRootCertificate());
    environment.put("ZIMAGE_BROKER_CONNECTION", broker.connection());
    environment.put("ZIMAGE_BROKER_USER", broker.user());
    environment.put("ZIMAGE_BROKER_PASSWORD", broker.password());
    environment.put("REDIS_URL", redis.toString());
    return environment;
  }

  /** The addresses as {@link #of} reads them again. */
  Map<String, String> addresses() {
    Map<String, String> addresses = new LinkedHashMap<>();
    addresses.put("DATABASE_URL", "postgresql://" + encoded(database.user()) + ":" + encoded(database.password()) + "@"
        + database.host() + ":" + database.port() + "/" + database.database() + "?sslmode=" + database.sslMode()
        + (database.sslMode().startsWith("verify") ? "&sslrootcert=" + encoded(database.sslRootCertificate()) : ""));
    addresses.put("REDIS_URL", redis.toString());
    addresses.put("ARTEMIS_URL", "tcp://" + (broker.user().isEmpty() ? ""
        : encoded(broker.user()) + ":" + encoded(broker.password()) + "@") + broker.host() + ":" + broker.port()
        + (broker.parameters().isEmpty() ? "" : "?" + String.join("&", broker.parameters())));
    return addresses;
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

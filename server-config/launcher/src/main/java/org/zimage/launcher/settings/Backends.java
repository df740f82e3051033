package org.zimage.launcher.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import org.zimage.launcher.address.BrokerUrl;
import org.zimage.launcher.address.DatabaseUrl;
import org.zimage.launcher.error.LauncherException;

/** The addresses of the servers that the applications need. */
public record Backends(DatabaseUrl database, String redis, BrokerUrl broker) {

  /** @throws LauncherException naming the variable of the server that the settings leave out */
  public static Backends of(LauncherSettings settings) {
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

  /** The variables that the server's resources (payara-micro/post-boot.txt) and the applications read. */
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("ZIMAGE_DATABASE_URL", database.jdbc());
    environment.put("ZIMAGE_DATABASE_USER", database.user());
    environment.put("ZIMAGE_DATABASE_PASSWORD", database.password());
    environment.put("ZIMAGE_BROKER_CONNECTION", broker.connection());
    environment.put("ZIMAGE_BROKER_USER", broker.user());
    environment.put("ZIMAGE_BROKER_PASSWORD", broker.password());
    environment.put("REDIS_URL", redis);
    return environment;
  }

  /** The addresses as {@link #of} reads them again. */
  public Map<String, String> addresses() {
    Map<String, String> addresses = new LinkedHashMap<>();
    addresses.put("DATABASE_URL", database.url());
    addresses.put("REDIS_URL", redis);
    addresses.put("ARTEMIS_URL", broker.url());
    return addresses;
  }
}

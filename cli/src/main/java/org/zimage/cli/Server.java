package org.zimage.cli;

import java.time.Duration;
import java.util.Map;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Option;

/** Which server, and with which key: the options that every command for servers has. */
final class Server {
  private static final String LOCAL = "http://127.0.0.1:8000";
  private static final Duration RETRY = Duration.ofSeconds(15);

  @Option(names = "--server", paramLabel = "URL",
      description = "the server (ZIMAGE_URL, or " + LOCAL + ")")
  private String url;

  @Option(names = "--key", paramLabel = "KEY",
      description = "the API key (ZIMAGE_KEY, which other users of this machine cannot see)")
  private String key;

  private final Map<String, String> environment;

  Server() {
    this(System.getenv());
  }

  Server(Map<String, String> environment) {
    this.environment = environment;
  }

  String url() {
    return first(url, environment.get("ZIMAGE_URL"), LOCAL).replaceFirst("/+$", "");
  }

  ZImageClient open() {
    return ZImageClient.to(url()).key(first(key, environment.get("ZIMAGE_KEY"), null)).retryTimeout(RETRY).open();
  }

  private static String first(String option, String variable, String otherwise) {
    if (option != null && !option.isBlank()) {
      return option;
    }
    return variable != null && !variable.isBlank() ? variable : otherwise;
  }
}

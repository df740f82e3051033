package org.zimage.cli.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.zimage.client.ZImageClient;
import org.zimage.client.ZImageClientBuilder;
import picocli.CommandLine.Option;

/** The options that every command for a server has: its address and the key. */
final class ServerOptions {
  private static final String LOCAL = "http://127.0.0.1:8000";
  /** A server is back within this time after a restart, an application server too. */
  static final Duration RESTART_TIMEOUT = Duration.ofMinutes(2);

  /** How long cancelling is retried: the person has pressed Ctrl-C and waits. */
  private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(10);

  @Option(names = "--server", paramLabel = "URL",
      description = "the server (ZIMAGE_URL, or " + LOCAL + "); over HTTPS, ZIMAGE_CA_CERTIFICATES names a PEM file with"
          + " authorities of your own")
  private String url;

  @Option(names = "--key", paramLabel = "KEY",
      description = "the API key (ZIMAGE_KEY, which other users of this machine cannot see)")
  private String key;

  private final Map<String, String> environment;

  ServerOptions() {
    this(System.getenv());
  }

  ServerOptions(Map<String, String> environment) {
    this.environment = environment;
  }

  String url() {
    return first(url, environment.get("ZIMAGE_URL"), LOCAL).replaceFirst("/+$", "");
  }

  /**
   * @param start how long it may take until somebody listens there
   * @param said hears what is waited for
   */
  ZImageClient open(Duration start, Consumer<String> said) {
    return client().startTimeout(start).retryTimeout(RESTART_TIMEOUT)
        .whenAway(failure -> said.accept(failure.getMessage() + "; waiting for it")).open();
  }

  /** Opens a connection that hardly waits for a server that is away. */
  ZImageClient openToCancel() {
    return client().retryTimeout(CANCEL_TIMEOUT).open();
  }

  private ZImageClientBuilder client() {
    ZImageClientBuilder client = ZImageClient.to(url()).key(first(key, environment.get("ZIMAGE_KEY"), null));
    String authorities = first(null, environment.get("ZIMAGE_CA_CERTIFICATES"), null);
    // Without HTTPS the file is not needed: it may be meant for a server, and be readable by that server alone
    return authorities == null || !url().startsWith("https:") ? client : client.authorities(Path.of(authorities));
  }

  private static String first(String option, String variable, String otherwise) {
    if (option != null && !option.isBlank()) {
      return option;
    }
    return variable != null && !variable.isBlank() ? variable : otherwise;
  }
}

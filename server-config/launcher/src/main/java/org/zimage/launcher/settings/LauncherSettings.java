package org.zimage.launcher.settings;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zimage.launcher.address.BrokerUrl;
import org.zimage.launcher.address.DatabaseUrl;
import org.zimage.launcher.address.Ports;
import org.zimage.launcher.address.ServerAddress;
import org.zimage.launcher.error.LauncherException;

/**
 * The settings of the local system, from the environment. All other variables reach the applications unchanged.
 *
 * @param home where data, logs and the exported model live ({@code ZIMAGE_HOME})
 * @param host the address that HTTP listens on ({@code ZIMAGE_HOST})
 * @param port HTTP, 0 for any free one ({@code ZIMAGE_PORT})
 * @param https the certificate of HTTPS ({@code ZIMAGE_HTTPS_CERTIFICATE}, {@code ZIMAGE_HTTPS_KEY}), or null for HTTP only
 * @param httpsPort HTTPS, 0 for any free one ({@code ZIMAGE_HTTPS_PORT})
 * @param artemisHost the address that the broker listens on ({@code ZIMAGE_ARTEMIS_HOST})
 * @param artemisAccounts passwords of those who may use the broker, by name ({@code ZIMAGE_ARTEMIS_ACCOUNTS}); empty where nobody
 *     needs an account
 * @param artemisPort the broker's acceptor, 0 for any free one ({@code ZIMAGE_ARTEMIS_PORT})
 * @param maxInputBytes of a request with pictures ({@code ZIMAGE_MAX_INPUT_BYTES}); the applications say what is wrong with it
 * @param databaseUrl an existing PostgreSQL ({@code DATABASE_URL}), or null to start one
 * @param redisUrl an existing Redis ({@code REDIS_URL}), or null to start one
 * @param artemisUrl an existing broker ({@code ARTEMIS_URL}), or null to start one
 * @param javaOptions more options of the server's Java ({@code ZIMAGE_JAVA_OPTIONS})
 * @param modelFolders exported models ({@code ZIMAGE_MODEL_DIR}), each for a worker process; empty for z-image-nano
 */
public record LauncherSettings(Path home, String host, int port, HttpsCertificate https, int httpsPort, String artemisHost,
    Map<String, String> artemisAccounts, int artemisPort, long maxInputBytes, DatabaseUrl databaseUrl, String redisUrl,
    BrokerUrl artemisUrl, List<Path> modelFolders, List<String> javaOptions) {
  /** The account of the broker that the nodes themselves use. */
  public static final String NODES_ACCOUNT = "zimage";

  /** As the applications' own. */
  private static final long DEFAULT_MAX_INPUT_BYTES = 20 << 20;
  private static final Pattern ACCOUNT = Pattern.compile("([^:,\\s]+):([^,\\s]+)");

  public static LauncherSettings of(Map<String, String> environment) {
    Path home = environment.containsKey("ZIMAGE_HOME")
        ? Path.of(environment.get("ZIMAGE_HOME"))
        : Path.of(System.getProperty("user.home"), ".zimage");
    return new LauncherSettings(
        home.toAbsolutePath().normalize(),
        environment.getOrDefault("ZIMAGE_HOST", "127.0.0.1"),
        port(environment, "ZIMAGE_PORT", 8000),
        https(environment),
        port(environment, "ZIMAGE_HTTPS_PORT", 8443),
        environment.getOrDefault("ZIMAGE_ARTEMIS_HOST", "127.0.0.1"),
        accounts(environment, "ZIMAGE_ARTEMIS_ACCOUNTS"),
        port(environment, "ZIMAGE_ARTEMIS_PORT", 61616),
        maxInputBytes(environment),
        given(environment, "DATABASE_URL") ? DatabaseUrl.parse(environment.get("DATABASE_URL")) : null,
        given(environment, "REDIS_URL") ? redis(environment, "REDIS_URL") : null,
        given(environment, "ARTEMIS_URL") ? BrokerUrl.parse(environment.get("ARTEMIS_URL")) : null,
        folders(environment.getOrDefault("ZIMAGE_MODEL_DIR", "")),
        Stream.of(environment.getOrDefault("ZIMAGE_JAVA_OPTIONS", "").trim().split("\\s+"))
            .filter(option -> !option.isEmpty()).toList());
  }

  /** The address that plain HTTP listens on: with HTTPS this machine's own only, for probes and commands. */
  public String httpHost() {
    return https == null ? host : "127.0.0.1";
  }

  /** The port of HTTPS, free where it will be needed. */
  public int freeHttpsPort() {
    return https == null ? httpsPort : Ports.free(host, httpsPort, "ZIMAGE_HTTPS_PORT", "HTTPS");
  }

  /** What is worth knowing of the certificate, a line each; nothing for HTTP only. */
  public List<String> httpsWarnings() throws IOException {
    return https == null ? List.of() : https.warnings();
  }

  private static HttpsCertificate https(Map<String, String> environment) {
    boolean certificate = given(environment, "ZIMAGE_HTTPS_CERTIFICATE");
    if (certificate != given(environment, "ZIMAGE_HTTPS_KEY")) {
      throw new LauncherException((certificate ? "ZIMAGE_HTTPS_KEY" : "ZIMAGE_HTTPS_CERTIFICATE")
          + " is not set: HTTPS needs both the certificate and its key, each a file in PEM");
    }
    return !certificate ? null : new HttpsCertificate(Path.of(environment.get("ZIMAGE_HTTPS_CERTIFICATE")).toAbsolutePath(),
        Path.of(environment.get("ZIMAGE_HTTPS_KEY")).toAbsolutePath());
  }

  /** Folders separated as in PATH; a name with a separator that is one folder is taken for one. */
  private static List<Path> folders(String value) {
    List<String> names = Files.isDirectory(Path.of(value)) ? List.of(value) : List.of(value.split(File.pathSeparator));
    return names.stream().filter(name -> !name.isBlank()).map(name -> Path.of(name).toAbsolutePath()).toList();
  }

  /**
   * The exported model of a node, or null for z-image-nano.
   *
   * @throws LauncherException when several are named
   */
  public Path modelFolder() {
    if (modelFolders.size() > 1) {
      throw new LauncherException("ZIMAGE_MODEL_DIR names " + modelFolders.size() + " models, and a node has one: start a worker for "
          + "each of them; only 'zimage up' takes several");
    }
    return modelFolders.isEmpty() ? null : modelFolders.get(0);
  }

  private static boolean given(Map<String, String> environment, String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  private static int port(Map<String, String> environment, String name, int otherwise) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      return otherwise;
    }
    if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65535) {
      throw new LauncherException(name + "=" + value + " is not a port: use a number from 0 (any free port) to 65535");
    }
    return Integer.parseInt(value);
  }

  private static long maxInputBytes(Map<String, String> environment) {
    String value = environment.getOrDefault("ZIMAGE_MAX_INPUT_BYTES", "").trim();
    return value.matches("\\d{1,18}") ? Long.parseLong(value) : DEFAULT_MAX_INPUT_BYTES;
  }

  private static Map<String, String> accounts(Map<String, String> environment, String name) {
    Map<String, String> accounts = new LinkedHashMap<>();
    if (given(environment, name)) {
      for (String part : environment.get(name).trim().split("\\s*,\\s*", -1)) {
        Matcher account = ACCOUNT.matcher(part);
        if (!account.matches() || account.group(1).equals(NODES_ACCOUNT)
            || accounts.put(account.group(1), account.group(2)) != null) {
          // Not shown: it holds passwords
          throw new LauncherException(name + " is not a list of accounts: write it like shop:password,press:password, each name "
              + "once and none of them " + NODES_ACCOUNT + ", which is the nodes' own");
        }
      }
    }
    return accounts;
  }

  /** The applications look at the rest. */
  private static String redis(Map<String, String> environment, String name) {
    String text = environment.get(name).trim();
    try {
      if (ServerAddress.parse(text).scheme().startsWith("redis")) {
        return text;
      }
    } catch (IllegalArgumentException notAnAddress) {
      // answered below, with the others
    }
    // Not shown: it may hold a password
    throw new LauncherException(name + " is not an address: write it like redis://:password@localhost:6379/0 "
        + ServerAddress.ENCODING_HINT);
  }
}

package org.zimage.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All settings, read once from environment variables and validated as a whole.
 *
 * @param environment ENVIRONMENT: the name that health answers show
 * @param authEnabled API_ENABLE_AUTH
 * @param adminKey API_ADMIN_KEY; null when there is none
 * @param allowedKeys API_ALLOWED_KEYS: the keys that are accepted; empty: any key is
 * @param rateLimit API_RATE_LIMIT: requests a minute and client; 0: no limit
 * @param maxPending API_MAX_PENDING: unfinished tasks a client may have; 0: no limit
 * @param redis REDIS_URL
 * @param outputDir ZIMAGE_OUTPUT_DIR: the image store's folder
 * @param modelDir ZIMAGE_MODEL_DIR: the exported model that workers load
 * @param defaultModel ZIMAGE_DEFAULT_MODEL: the model of requests that name none; null: the one that is served for the longest
 * @param s3 the S3 store for new pictures (Z_IMAGE_STORAGE_BACKEND=s3); null: they are kept in the folder
 * @param webhooks whether and where clients may be called
 * @param replyPrefixes ZIMAGE_REPLY_PREFIXES: what the names of queues begin with that answers by message may go to
 * @param gpu how a worker uses a GPU
 * @param browsers which names lead here, and which sites' pages may call
 * @param maxInputBytes ZIMAGE_MAX_INPUT_BYTES: of a request with pictures
 * @param loras where adapters are
 * @param reuse ZIMAGE_REUSE: whether the picture of an equal task will do for requests that do not say
 * @param marks what finished pictures say of themselves
 * @param retention ZIMAGE_RETENTION: how long tasks that are over stay
 * @param authorities ZIMAGE_CA_CERTIFICATES: whose certificates are trusted where this calls others
 * @param proxies ZIMAGE_TRUSTED_PROXIES: who is believed in where a call comes from
 */
public record Settings(String environment, boolean authEnabled, String adminKey, Set<String> allowedKeys, int rateLimit,
    int maxPending, RedisSettings redis, Path outputDir, Path modelDir, String defaultModel, S3Settings s3,
    WebhookSettings webhooks, Set<String> replyPrefixes, GpuSettings gpu, BrowserSettings browsers, long maxInputBytes,
    LoraSettings loras, boolean reuse, MarkSettings marks, Retention retention, Authorities authorities,
    CredentialSettings credentials, TrustedProxies proxies) {

  static final int LAST_PORT = 65535;

  public static final long DEFAULT_MAX_INPUT_BYTES = 20L << 20;
  /** Every request without pictures has as much. */
  private static final long LEAST_MAX_INPUT_BYTES = 1L << 20;
  private static final long MOST_MAX_INPUT_BYTES = 1L << 30;

  /**
   * Reads the variables of a process.
   *
   * @throws InvalidSetting for the first value that is wrong
   */
  public static Settings read(Map<String, String> environment) {
    Reader reader = new Reader(environment);
    return new Settings(
        reader.text("ENVIRONMENT", "dev"),
        reader.flag("API_ENABLE_AUTH", true),
        reader.text("API_ADMIN_KEY", null),
        reader.keys("API_ALLOWED_KEYS"),
        reader.count("API_RATE_LIMIT"),
        reader.count("API_MAX_PENDING"),
        RedisSettings.read("REDIS_URL", reader.text("REDIS_URL", null)),
        reader.folder("ZIMAGE_OUTPUT_DIR", "outputs"),
        reader.folder("ZIMAGE_MODEL_DIR", "model"),
        reader.text("ZIMAGE_DEFAULT_MODEL", null),
        S3Settings.read(reader),
        WebhookSettings.of(reader.list("ZIMAGE_WEBHOOK_HOSTS"), reader.text("ZIMAGE_WEBHOOK_SECRET", null),
            reader.flag("ZIMAGE_WEBHOOK_PRIVATE_ADDRESSES", false)),
        reader.list("ZIMAGE_REPLY_PREFIXES", "replies.,examples.replies."),
        GpuSettings.read(reader),
        BrowserSettings.read(reader),
        reader.bytes("ZIMAGE_MAX_INPUT_BYTES", DEFAULT_MAX_INPUT_BYTES, LEAST_MAX_INPUT_BYTES, MOST_MAX_INPUT_BYTES),
        LoraSettings.read(reader),
        reader.flag("ZIMAGE_REUSE", false),
        MarkSettings.read(reader),
        Retention.read(reader),
        Authorities.read(reader),
        CredentialSettings.read(reader),
        TrustedProxies.read(reader));
  }

  /** Whether only those keys are accepted that the operator has listed; otherwise anybody can make one up. */
  public boolean acceptsListedKeysOnly() {
    return authEnabled && !allowedKeys.isEmpty();
  }

  /** Without the keys, so that they cannot reach a log. */
  @Override
  public String toString() {
    return "Settings[environment=" + environment + ", authEnabled=" + authEnabled + ", outputDir=" + outputDir
        + ", modelDir=" + modelDir + ", defaultModel=" + defaultModel + ", s3=" + s3 + ", webhooks=" + webhooks + ", gpu=" + gpu
        + ", browsers=" + browsers + ", marks=" + marks + ", retention=" + retention + ", authorities=" + authorities + ", credentials=" + credentials + "]";
  }

  record Reader(Map<String, String> environment) {
    String text(String variable, String byDefault) {
      String value = environment.get(variable);
      return value == null || value.isBlank() ? byDefault : value.strip();
    }

    boolean flag(String variable, boolean byDefault) {
      String value = text(variable, String.valueOf(byDefault));
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "true", "1", "yes", "on" -> true;
        case "false", "0", "no", "off" -> false;
        default -> throw new InvalidSetting(variable, value, "true or false");
      };
    }

    int count(String variable) {
      return (int) number(variable, 0, 0, Integer.MAX_VALUE, "a whole number from 0 (no limit) to 2147483647");
    }

    long bytes(String variable, long byDefault, long least, long most) {
      return number(variable, byDefault, least, most, "a whole number of bytes from " + least + " to " + most);
    }

    private long number(String variable, long byDefault, long least, long most, String expected) {
      String value = text(variable, Long.toString(byDefault));
      try {
        long number = Long.parseLong(value);
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        // The same answer as for a number out of its limits
      }
      throw new InvalidSetting(variable, value, expected);
    }

    Set<String> list(String variable) {
      return list(variable, "");
    }

    Set<String> list(String variable, String byDefault) {
      String value = text(variable, byDefault);
      return Arrays.stream(value.split(",")).map(String::strip).filter(item -> !item.isEmpty())
          .collect(Collectors.toUnmodifiableSet());
    }

    /** Of a list without any key, all would be accepted. */
    Set<String> keys(String variable) {
      Set<String> keys = list(variable);
      if (keys.isEmpty() && text(variable, null) != null) {
        throw new InvalidSetting(variable, text(variable, null), "keys separated by commas; or leave it out");
      }
      return keys;
    }

    Path folder(String variable, String underHome) {
      String value = text(variable, Path.of(System.getProperty("user.home"), ".zimage", underHome).toString());
      try {
        return Path.of(value).toAbsolutePath().normalize();
      } catch (InvalidPathException e) {
        throw new InvalidSetting(variable, value, "the path of a folder");
      }
    }
  }
}

package org.zimage.launcher.settings;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.zimage.launcher.error.LauncherException;

/** Reads secrets from files, as containers get them: {@code NAME_FILE} names the file with the value of {@code NAME}. */
public final class SecretFiles {
  public static final List<String> SECRETS = List.of("API_ADMIN_KEY", "API_ALLOWED_KEYS", "ARTEMIS_URL", "DATABASE_URL",
      "REDIS_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY", "ZIMAGE_ARTEMIS_ACCOUNTS", "ZIMAGE_C2PA_KEYSTORE_PASSWORD",
      "ZIMAGE_WEBHOOK_SECRET");
  /** The byte order mark, which some editors write before a text. It is no part of the secret. */
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private SecretFiles() {}

  /**
   * The environment with the secrets in it, and without variables that are blank.
   *
   * @throws LauncherException for a file that cannot be read or is empty, or a secret that is given twice
   */
  public static Map<String, String> read(Map<String, String> environment) {
    Map<String, String> complete = new TreeMap<>(environment);
    complete.values().removeIf(String::isBlank); // as good as not set, for every setting
    for (String name : SECRETS) {
      String file = environment.getOrDefault(name + "_FILE", "");
      if (!file.isBlank()) {
        if (!environment.getOrDefault(name, "").isBlank()) {
          throw new LauncherException(name + " and " + name + "_FILE are both set: use one of them");
        }
        complete.put(name, contents(name, file));
      }
    }
    return complete;
  }

  private static String contents(String name, String file) {
    try {
      String text = Files.readString(Path.of(file));
      String secret = (text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text).strip();
      if (secret.isEmpty()) {
        // As if it were not set, which opens what it should close
        throw new LauncherException(name + "_FILE=" + file + " is empty: write the value into it, or leave the variable out");
      }
      return secret;
    } catch (CharacterCodingException cause) {
      throw new LauncherException(name + "_FILE=" + file + " is not UTF-8: save it as UTF-8", cause);
    } catch (IOException cause) {
      throw new LauncherException(name + "_FILE=" + file + " cannot be read (" + cause + ")", cause);
    }
  }
}

package org.zimage.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Secrets that lie in files, as containers get them: {@code NAME_FILE} names the file that holds the value of
 * {@code NAME}.
 */
final class SecretFiles {
  static final List<String> SECRETS = List.of("API_ADMIN_KEY", "API_ALLOWED_KEYS", "ARTEMIS_URL", "DATABASE_URL",
      "REDIS_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY", "ZIMAGE_WEBHOOK_SECRET");

  private SecretFiles() {}

  /**
   * The environment with the secrets in it.
   *
   * @throws LauncherException for a file that cannot be read, or a secret that is given twice
   */
  static Map<String, String> read(Map<String, String> environment) {
    Map<String, String> complete = new TreeMap<>(environment);
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
      return Files.readString(Path.of(file)).strip();
    } catch (IOException cause) {
      throw new LauncherException(name + "_FILE=" + file + " cannot be read (" + cause + ")", cause);
    }
  }
}

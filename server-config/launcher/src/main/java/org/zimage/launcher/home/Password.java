package org.zimage.launcher.home;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Passwords of this home's servers: random ones, in files that only their owner may read. */
public final class Password {
  private static final int PASSWORD_BYTES = 16;

  private Password() {}

  public static String random() {
    byte[] bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * Whether the file holds a password. A full disk leaves an empty file, and with an empty password a server would be open to
   * everybody.
   */
  public static boolean isIn(Path file) throws IOException {
    return Files.exists(file) && !Files.readString(file).isBlank();
  }

  /** The password in this file; a new one where there is none. */
  public static String in(Path file) throws IOException {
    if (!isIn(file)) {
      keep(random(), file);
    }
    return Files.readString(file).strip();
  }

  public static void keep(String password, Path file) throws IOException {
    PrivateFile.write(file, password + "\n");
  }
}

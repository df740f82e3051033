package org.zimage.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Passwords of this home's servers: random ones, in files that only their owner may read. */
final class Password {
  private static final int BYTES = 16;

  private Password() {}

  static String random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The password in this file; a new one where there is no such file. */
  static String in(Path file) throws IOException {
    if (!Files.exists(file)) {
      keep(random(), file);
    }
    return Files.readString(file).strip();
  }

  static void keep(String password, Path file) throws IOException {
    PrivateFile.write(file, password + "\n");
  }
}

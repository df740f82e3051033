package org.zimage.launcher;

import java.nio.file.Path;

/** The Java that runs this launcher, for the processes that it starts. */
final class Java {
  private Java() {}

  static String executable() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}

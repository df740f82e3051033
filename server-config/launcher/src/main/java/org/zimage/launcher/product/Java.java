package org.zimage.launcher.product;

import java.nio.file.Path;

/** The Java that runs this launcher, for the processes that it starts. */
public final class Java {
  private Java() {}

  public static String executable() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}

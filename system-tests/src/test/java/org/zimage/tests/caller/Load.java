package org.zimage.tests.caller;

/** How much a test asks for: little in every run, as much as was promised with {@code -Dzimage.tests.load=full}. */
public final class Load {
  private static final boolean FULL = "full".equals(System.getProperty("zimage.tests.load"));

  private Load() { }

  public static int of(int usual, int full) {
    return FULL ? full : usual;
  }
}

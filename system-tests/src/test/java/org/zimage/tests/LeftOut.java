package org.zimage.tests;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Why a test does not run. What a machine lacks leaves its tests out, and says so; in continuous integration (the
 * variable CI is true) it fails them, because nobody reads there what was left out.
 */
public final class LeftOut {
  private LeftOut() { }

  /** @param lack such as {@code no python3 was found}, and how to get it */
  public static void unless(boolean there, String lack) {
    unless(there, lack, "true".equals(System.getenv("CI")));
  }

  /** Leaves a test out that starts a system of its own, where a deployment of others is tested. */
  public static void whereADeploymentIsGiven() {
    assumeTrue(System.getProperty("zimage.baseUrl") == null, "needs a system of its own");
  }

  static void unless(boolean there, String lack, boolean strict) {
    if (!there && strict) {
      fail("CI=true asks for every test, but " + lack);
    }
    assumeTrue(there, lack);
  }
}

package org.zimage.architecture;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Why a test does not run; nothing else leaves tests out ({@link PackageRules}). On a developer's machine a test that needs what the
 * machine lacks is left out and says why. In continuous integration (the variable CI is true) it fails, because nobody reads there
 * what was left out.
 */
public final class LeftOut {
  private LeftOut() { }

  /**
   * Asks for what a test needs: a program or a right.
   *
   * @param lack such as {@code no python3 was found}, and how to get it
   */
  public static void unless(boolean there, String lack) {
    unless(there, lack, "true".equals(System.getenv("CI")));
  }

  /**
   * Leaves out a test that can say nothing here, whatever is installed, such as one about machines without a GPU on a machine that has
   * one. This is no lack, so that continuous integration leaves it out too.
   */
  public static void where(boolean senseless, String reason) {
    assumeTrue(!senseless, reason);
  }

  static void unless(boolean there, String lack, boolean strict) {
    if (!there && strict) {
      fail("CI=true asks for every test, but " + lack);
    }
    assumeTrue(there, lack);
  }
}

package org.zimage.caller;

/** The limits of keys that the operator has not listed, because anybody can invent as many as they like. */
public final class UnlistedKeys {
  /** Keys that may come for the first time in one minute; each gets a row of its own. */
  static final int NEW_A_MINUTE = 100;

  private static final int CLIENTS = 10;

  private UnlistedKeys() { }

  /** What all of them together may have, where one client may have this much. */
  public static int together(int limit) {
    return (int) Math.min(Integer.MAX_VALUE, (long) CLIENTS * limit);
  }
}

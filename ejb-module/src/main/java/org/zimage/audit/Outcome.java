package org.zimage.audit;

import java.util.Locale;

/** How a deed ended. */
public enum Outcome {
  /** It was done. */
  ACCEPTED,
  /** It had been done before, or there was nothing to do any more. */
  UNCHANGED,
  /** The caller may not do it, or asked for it wrongly. */
  REFUSED,
  /** It was not done, and the caller is not to blame. */
  FAILED;

  /** As the database and answers call it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** That of an answer that is no success. */
  static Outcome of(int status) {
    return status < 500 ? REFUSED : FAILED;
  }
}

package org.zimage.error;

import java.util.Objects;
import java.util.stream.Stream;

/** What stands behind a failure: servers and libraries wrap what they meet, each in a type of its own. */
public final class Causes {
  private Causes() { }

  /** The failure itself and what caused it, the outermost first; nothing for null. */
  public static Stream<Throwable> of(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
  }
}

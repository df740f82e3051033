package org.zimage.launcher.process;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Allows three restarts within five minutes. A fourth is a fault that restarting does not mend. */
public final class RestartLimit {
  private static final int MAX_RESTARTS = 3;
  private static final Duration PERIOD = Duration.ofMinutes(5);

  private final Deque<Long> restarts = new ArrayDeque<>();

  public boolean allowed() {
    long now = System.nanoTime();
    while (!restarts.isEmpty() && now - restarts.peekFirst() > PERIOD.toNanos()) {
      restarts.removeFirst();
    }
    restarts.addLast(now);
    return restarts.size() <= MAX_RESTARTS;
  }
}

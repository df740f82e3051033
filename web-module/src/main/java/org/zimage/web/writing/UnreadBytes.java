package org.zimage.web.writing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What is kept at this moment of answers that their callers do not read. Thread-safe. */
final class UnreadBytes {
  static final long MOST = 128L << 20;
  /** So that one caller leaves room to others. */
  static final long MOST_OF_ONE_ADDRESS = MOST / 2;

  private final AtomicLong all = new AtomicLong();
  private final Map<String, Long> byAddress = new ConcurrentHashMap<>();

  /** Keeps more for an address; false where there is no room for it. */
  boolean hold(String address, long bytes) {
    boolean hasRoom = all.addAndGet(bytes) <= MOST & add(address, bytes) <= MOST_OF_ONE_ADDRESS;
    if (!hasRoom) {
      release(address, bytes);
    }
    return hasRoom;
  }

  void release(String address, long bytes) {
    all.addAndGet(-bytes);
    add(address, -bytes);
  }

  private long add(String address, long more) {
    Long sum = byAddress.compute(address, (key, held) -> {
      long now = (held == null ? 0 : held) + more;
      return now == 0 ? null : now;
    });
    return sum == null ? 0 : sum;
  }
}

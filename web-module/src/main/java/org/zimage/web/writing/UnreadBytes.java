package org.zimage.web.writing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is kept at this moment of answers that their callers do not read. Where there is no room for more, those that wait longest lose
 * theirs: who reads slowly waits for moments only. Thread-safe.
 *
 * @param <A> an answer
 */
final class UnreadBytes<A> {
  static final long MOST = 128L << 20;
  /** So that one caller leaves room to others. */
  static final long MOST_OF_ONE_ADDRESS = MOST / 2;

  private record Kept(String address, long bytes) { }

  /** Those that wait longest first. */
  private final Map<A, Kept> answers = new LinkedHashMap<>();
  private final Map<String, Long> byAddress = new HashMap<>();
  private long all;

  /**
   * Keeps more of an answer.
   *
   * @param address of its caller
   * @return the answers for which there is no room any more, this one perhaps among them; they are to be broken off
   */
  synchronized List<A> keep(A answer, String address, long bytes) {
    answers.merge(answer, new Kept(address, bytes), (before, more) -> new Kept(address, before.bytes() + more.bytes()));
    add(address, bytes);
    List<A> lost = new ArrayList<>();
    Iterator<Map.Entry<A, Kept>> longest = answers.entrySet().iterator();
    while (longest.hasNext() && (all > MOST || of(address) > MOST_OF_ONE_ADDRESS)) {
      Map.Entry<A, Kept> each = longest.next();
      if (all > MOST || each.getValue().address().equals(address)) {
        longest.remove();
        add(each.getValue().address(), -each.getValue().bytes());
        lost.add(each.getKey());
      }
    }
    return lost;
  }

  /** Nothing of that answer is kept any more. */
  synchronized void release(A answer) {
    Kept kept = answers.remove(answer);
    if (kept != null) {
      add(kept.address(), -kept.bytes());
    }
  }

  private void add(String address, long more) {
    all += more;
    long now = of(address) + more;
    if (now == 0) {
      byAddress.remove(address);
    } else {
      byAddress.put(address, now);
    }
  }

  private long of(String address) {
    return byAddress.getOrDefault(address, 0L);
  }
}

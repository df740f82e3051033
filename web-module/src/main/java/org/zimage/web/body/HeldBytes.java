package org.zimage.web.body;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.zimage.input.Spool;

/** How many bytes of bodies are held at this moment, in memory and in temporary files. Thread-safe. */
final class HeldBytes {
  static final long MOST_IN_MEMORY = 64L << 20;
  /** Of the disk that has temporary files: two hundred pictures of the largest size. */
  static final long MOST_IN_FILES = 4L << 30;

  /** What comes from one address: anybody may send it, while only known callers send what is long enough for a file. */
  static final long MOST_OF_ONE_ADDRESS = MOST_IN_MEMORY / 2;

  private final Map<String, Long> inMemoryByAddress = new ConcurrentHashMap<>();
  private final AtomicLong inMemory = new AtomicLong();
  private final AtomicLong inFiles = new AtomicLong();

  /** What is held for one body. Not for several threads. */
  final class Share {
    private final String address;
    private long memory;
    private long file;

    /** @param address where the body comes from */
    Share(String address) {
      this.address = address;
    }

    /** Counts what the body has now; false when that is more than there may be. */
    boolean isEnoughFor(Spool body) {
      return count(body.isInMemory() ? body.size() : 0, body.isInMemory() ? 0 : body.size());
    }

    /** Nothing is held any more. */
    void end() {
      count(0, 0);
    }

    private boolean count(long nowInMemory, long nowInFile) {
      long allInMemory = inMemory.addAndGet(nowInMemory - memory);
      long allInFiles = inFiles.addAndGet(nowInFile - file);
      long ownInMemory = add(nowInMemory - memory);
      memory = nowInMemory;
      file = nowInFile;
      return allInMemory <= MOST_IN_MEMORY && allInFiles <= MOST_IN_FILES && ownInMemory <= MOST_OF_ONE_ADDRESS;
    }

    private long add(long more) {
      Long sum = inMemoryByAddress.compute(address, (key, held) -> {
        long now = (held == null ? 0 : held) + more;
        return now == 0 ? null : now;
      });
      return sum == null ? 0 : sum;
    }
  }
}

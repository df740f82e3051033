package org.zimage.web.body;

import java.util.concurrent.atomic.AtomicLong;
import org.zimage.input.Spool;

/** How many bytes of bodies are held at this moment, in memory and in temporary files. Thread-safe. */
final class HeldBytes {
  static final long MOST_IN_MEMORY = 64L << 20;
  /** Of the disk that has temporary files: two hundred pictures of the largest size. */
  static final long MOST_IN_FILES = 4L << 30;

  private final AtomicLong inMemory = new AtomicLong();
  private final AtomicLong inFiles = new AtomicLong();

  /** What is held for one body. Not for several threads. */
  final class Share {
    private long memory;
    private long file;

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
      memory = nowInMemory;
      file = nowInFile;
      return allInMemory <= MOST_IN_MEMORY && allInFiles <= MOST_IN_FILES;
    }
  }
}

package org.zimage.health;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Something that takes a while to find out and that anybody may ask for: it is found out once a second at most, by one caller at a time.
 * While one does, the others are told what was found before. Thread-safe.
 */
public final class OncePerSecond<T> {
  private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<T> source;
  private final ReentrantLock asking = new ReentrantLock();
  private final AtomicReference<Found<T>> found = new AtomicReference<>();

  public OncePerSecond(Supplier<T> source) {
    this.source = source;
  }

  /** What was found now, or up to a second ago; null where the source gives that. Throws what the source throws. */
  public T get() {
    Found<T> known = found.get();
    if (known == null) {
      asking.lock();
    } else if (known.isNew() || !asking.tryLock()) {
      return known.value();
    }
    try {
      Found<T> meanwhile = found.get();
      if (meanwhile != known) {
        return meanwhile.value();
      }
      T value = source.get();
      found.set(new Found<>(value, System.nanoTime()));
      return value;
    } finally {
      asking.unlock();
    }
  }

  private record Found<T>(T value, long nanos) {
    boolean isNew() {
      return System.nanoTime() - nanos < KNOWN_NANOS;
    }
  }
}

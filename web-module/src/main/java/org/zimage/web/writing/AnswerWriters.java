package org.zimage.web.writing;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Writes answers without blocking a thread for each. A slow reader is skipped until its connection takes more, and is disconnected
 * after {@link #LONGEST_STALL} in which it took nothing. Owns a few threads, however many callers there are; they end with the
 * application. Thread-safe.
 */
@ApplicationScoped
public class AnswerWriters {
  /** How long a caller may read nothing. */
  public static final Duration LONGEST_STALL = Duration.ofSeconds(60);

  private static final Logger LOG = Logger.getLogger(AnswerWriters.class.getName());
  private static final int THREADS = 4;
  private static final long PAUSE_MILLIS = 20;

  /** Of all answers that are made before they are written, which their callers do not read at the moment. */
  private static final long MOST_HELD_BYTES = 32L << 20;

  /** After so many pieces it is the others' turn. */
  private static final int TURN = 16;

  private final ScheduledExecutorService threads;
  private final AtomicLong held = new AtomicLong();

  protected AnswerWriters() {
    this.threads = null;
  }

  @Inject
  public AnswerWriters(ThreadFactory factory) {
    this.threads = Executors.newScheduledThreadPool(THREADS, work -> {
      Thread thread = factory.newThread(work);
      thread.setName("zimage-answers");
      return thread;
    });
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  /** Runs what is to be done before an answer, and gives the answer. */
  public void run(Runnable work) {
    threads.execute(() -> guarded(work));
  }

  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "A caller who waited could not be answered", e);
    }
  }

  /**
   * Writes the body of an answer and ends it, as soon as its head is sent. What a connection takes at once is written by the calling
   * thread, the rest by those of this object. Closes the pieces.
   */
  public void write(LongAnswer answer, Pieces pieces) {
    advance(answer, pieces, System.nanoTime());
  }

  /** Makes room for what a connection did not take; false where all have too much of it already. */
  boolean hold(int bytes) {
    boolean hasRoom = held.addAndGet(bytes) <= MOST_HELD_BYTES;
    if (!hasRoom) {
      release(bytes);
    }
    return hasRoom;
  }

  void release(int bytes) {
    held.addAndGet(-bytes);
  }

  private void advance(LongAnswer answer, Pieces pieces, long since) {
    long lastTaken = since;
    try {
      int written = 0;
      while (written < TURN && answer.isReady()) {
        byte[] piece = pieces.next();
        if (piece == null) {
          finish(answer, pieces);
          return;
        }
        answer.write(piece);
        lastTaken = System.nanoTime();
        written++;
      }
      goOn(answer, pieces, lastTaken, written == TURN ? 0 : PAUSE_MILLIS);
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "An answer broke off", e);
      finish(answer, pieces);
    }
  }

  private void goOn(LongAnswer answer, Pieces pieces, long lastTaken, long pause) {
    if (answer.isOver() || isTooLong(lastTaken)) {
      finish(answer, pieces);
    } else {
      threads.schedule(() -> advance(answer, pieces, lastTaken), pause, TimeUnit.MILLISECONDS);
    }
  }

  private static void finish(LongAnswer answer, Pieces pieces) {
    answer.end();
    try {
      pieces.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "What an answer was read from could not be closed", e);
    }
  }

  private static boolean isTooLong(long since) {
    return System.nanoTime() - since > LONGEST_STALL.toNanos();
  }
}

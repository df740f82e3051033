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

  /** After so many pieces it is the others' turn. */
  private static final int TURN = 16;

  private final ScheduledExecutorService threads;

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

  /** Runs what is to be done before an answer, and never waits for its caller. */
  public void run(Runnable work) {
    threads.execute(() -> guarded(work));
  }

  /**
   * Resumes a JAX-RS response as soon as its connection takes one: what was answered before on the same connection may
   * not be read yet.
   */
  public void begin(LongAnswer answer, Runnable resume) {
    threads.execute(() -> begin(answer, resume, System.nanoTime()));
  }

  private void begin(LongAnswer answer, Runnable resume, long since) {
    if (answer.takesHead()) {
      guarded(resume);
    } else if (isTooLong(since)) {
      answer.onRequestThread(() -> guarded(resume));
    } else {
      threads.schedule(() -> begin(answer, resume, since), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "A caller who waited could not be answered", e);
    }
  }

  /** Writes the rest of an answer and ends it, as soon as its head is sent. Closes the pieces. */
  public void write(LongAnswer answer, Pieces pieces) {
    threads.execute(() -> advance(answer, pieces, System.nanoTime()));
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

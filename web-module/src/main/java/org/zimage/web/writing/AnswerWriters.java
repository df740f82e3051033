package org.zimage.web.writing;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Writes answers without blocking a thread for each. A slow reader is skipped until its connection takes more, and is disconnected
 * after {@link #LONGEST_STALL} in which it took nothing, or when more is kept for others like that than {@link UnreadBytes} allows. Owns
 * a few threads, however many callers there are; they end with the application. Thread-safe.
 */
@ApplicationScoped
public class AnswerWriters {
  /** How long a caller may read nothing. */
  public static final Duration LONGEST_STALL = Duration.ofSeconds(60);

  private static final Logger LOG = Logger.getLogger(AnswerWriters.class.getName());
  /** Some of them wait for a slow store or database. */
  private static final int THREADS = 16;
  private static final long PAUSE_MILLIS = 20;

  /** How many of the server's threads serve what comes on a connection behind an answer that was ended here. */
  private static final int MOST_NEXT = 64;

  /** After so many pieces it is the others' turn. */
  private static final int TURN = 16;

  private final ScheduledExecutorService threads;
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final Semaphore next = new Semaphore(MOST_NEXT);

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

  /**
   * Ends an answer on a thread of the server's, which goes on with what else has come on the connection: a next request whose body does
   * not come would hold up everybody whom one of ours writes to. The server makes as many threads as are asked for.
   */
  void end(AsyncContext answered, ServerConnection server) {
    if (server.isOpen()) {
      ended.add(new Ended(answered, server));
      endMore();
    }
  }

  private record Ended(AsyncContext answered, ServerConnection server) { }

  private void endMore() {
    while (!ended.isEmpty() && next.tryAcquire()) {
      Ended answer = ended.poll();
      if (answer == null || !answer.server().isOpen()) {
        next.release();
      } else {
        complete(answer);
      }
    }
  }

  private void complete(Ended answer) {
    try {
      answer.answered().start(() -> {
        try {
          if (answer.server().isOpen()) {
            LongAnswer.complete(answer.answered());
          }
        } finally {
          next.release();
          endMore();
        }
      });
    } catch (IllegalStateException over) {
      next.release();
      LOG.log(Level.FINE, "The server has ended an answer, as it does when it stops", over);
    }
  }

  private void advance(LongAnswer answer, Pieces pieces, long since) {
    long lastTaken = since;
    try {
      int written = 0;
      while (written < TURN && answer.isReady()) {
        byte[] piece = pieces.next();
        if (piece == null) {
          answer.end();
          close(pieces);
          return;
        }
        answer.write(piece);
        lastTaken = System.nanoTime();
        written++;
      }
      if (written > 0) {
        answer.flows();
      }
      goOn(answer, pieces, lastTaken, written == TURN);
    } catch (IOException | RuntimeException | Error e) {
      LOG.log(Level.WARNING, "An answer broke off", e);
      answer.breakOff();
      close(pieces);
    }
  }

  private void goOn(LongAnswer answer, Pieces pieces, long lastTaken, boolean isRead) {
    if (!answer.isOver() && !isTooLong(lastTaken) && (isRead || answer.isKept())) {
      threads.schedule(() -> advance(answer, pieces, lastTaken), isRead ? 0 : PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      answer.breakOff();
      close(pieces);
    }
  }

  static void close(Pieces pieces) {
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

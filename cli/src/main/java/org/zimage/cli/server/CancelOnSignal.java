package org.zimage.cli.server;

import java.io.PrintWriter;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.exit.FailureMessage;
import org.zimage.cli.output.Terminal;
import org.zimage.client.ZImageClient;
import org.zimage.client.ZImageClientException;
import sun.misc.Signal;

/**
 * Cancels the tasks of a batch when this process receives a signal while it sends them or waits for them. A second signal leaves
 * the rest uncancelled. What is left is printed, with the command that cancels it. Owns a shutdown hook while it is armed.
 */
final class CancelOnSignal {
  /** How long to wait for the answer to the request that is on its way. Without the answer nobody knows whether there is a task. */
  private static final long ANSWER_TIMEOUT_SECONDS = 10;
  private static final int THREADS = 8;

  /** Cancelling more tasks takes longer than two seconds, and is announced. */
  private static final int MAX_QUIET_TASKS = 500;

  private final Supplier<ZImageClient> server;
  private final UUID batch;
  private final PrintWriter err;
  private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
  private final CountDownLatch allSent = new CountDownLatch(1);
  private final AtomicInteger cancelled = new AtomicInteger();
  private final Thread hook = new Thread(this::cancel, "zimage-cancel");
  private volatile boolean ending;
  private Thread sender;
  private volatile Runnable whenCancelled = () -> { };

  /**
   * @param server opens the connection to cancel with
   * @param batch the id that the tasks are sent with
   */
  CancelOnSignal(Supplier<ZImageClient> server, UUID batch, PrintWriter err) {
    this.server = server;
    this.batch = batch;
    this.err = err;
  }

  /** @param shown shows on a terminal that the tasks are cancelled */
  void whenCancelled(Runnable shown) {
    whenCancelled = shown;
  }

  /** Called by the thread that sends and waits. */
  void arm() {
    sender = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** @return whether more may be sent */
  boolean accepted(String taskId) {
    accepted.add(taskId);
    return !ending;
  }

  /** Says that all tasks are sent. Returns only where no signal has come, as {@link #disarm} does. */
  void allSent() throws InterruptedException {
    allSent.countDown();
    if (ending) {
      new CountDownLatch(1).await();
    }
  }

  /** Removes the hook. Returns only where no signal has come: otherwise the hook is running and will end the process. */
  void disarm() throws InterruptedException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException signalled) {
      new CountDownLatch(1).await();
    }
  }

  private void cancel() {
    ending = true;
    Signal.handle(new Signal("INT"), again -> leave());
    if (allSent.getCount() > 0) {
      sender.interrupt(); // it may be waiting for a server that is away
    }
    try {
      boolean known = allSent.await(ANSWER_TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (accepted.isEmpty() && known) {
        return;
      }
      if (accepted.size() > MAX_QUIET_TASKS) {
        say("cancelling " + accepted.size() + " tasks (Ctrl-C again leaves the rest)");
      }
      report(known, cancelAll());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      leave();
    } finally {
      err.flush();
    }
  }

  private void report(boolean known, Exception failure) {
    if (failure != null) {
      say(left() + ": " + FailureMessage.text(failure));
    } else if (!known) {
      say(cancelled + " tasks were cancelled; one more may have been accepted: 'zimage cancel " + batch + "' cancels it");
    } else {
      whenCancelled.run();
      say("cancelled");
    }
  }

  /** @return why some could not be cancelled; null when all were */
  private Exception cancelAll() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (ZImageClient zimage = server.get()) {
      for (Future<?> one : accepted.stream().map(id -> threads.submit(() -> cancel(id, zimage))).toList()) {
        one.get();
      }
      return null;
    } catch (ExecutionException e) {
      return e.getCause() instanceof ZImageClientException refused ? refused : e;
    } finally {
      // One failure is enough: a server that is away would be asked once for each task
      threads.shutdownNow();
    }
  }

  private void cancel(String taskId, ZImageClient zimage) {
    zimage.cancel(taskId);
    cancelled.incrementAndGet();
  }

  private void leave() {
    say(left());
    err.flush();
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
  }

  private String left() {
    return (accepted.size() - cancelled.get()) + " of " + accepted.size()
        + " tasks are not cancelled; 'zimage cancel " + batch + "' cancels them";
  }

  /** Prints over the ^C that a terminal has shown. */
  private void say(String text) {
    err.println((Terminal.isWatched() ? "\r\033[J" : "") + "zimage: " + text);
  }
}

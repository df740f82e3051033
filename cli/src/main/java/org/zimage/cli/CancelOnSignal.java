package org.zimage.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.zimage.client.Batch;
import org.zimage.client.ZImageClient;
import org.zimage.client.ZImageClientException;

/**
 * Cancels a batch's tasks when this process is told to end while it waits for them. Owns a shutdown hook while it is
 * armed.
 */
final class CancelOnSignal {
  private static final long LONGEST_SECONDS = 10;

  private final ZImageClient zimage;
  private final Future<Batch> accepted;
  private final PrintWriter err;
  private volatile Runnable whenCancelled = () -> { };
  private final Thread hook = new Thread(this::cancel, "zimage-cancel");

  /** @param accepted what is to be cancelled, as soon as it is known; null if there is nothing */
  CancelOnSignal(ZImageClient zimage, Future<Batch> accepted, PrintWriter err) {
    this.zimage = zimage;
    this.accepted = accepted;
    this.err = err;
  }

  /** @param shown shows on a terminal that the tasks are cancelled */
  void whenCancelled(Runnable shown) {
    whenCancelled = shown;
  }

  void arm() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Returns only where no signal has come: otherwise the hook runs at this moment, says what there is to say, and all
   * ends.
   */
  void disarm() throws InterruptedException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      new CountDownLatch(1).await();
    }
  }

  private void cancel() {
    try {
      Batch batch = accepted.get(LONGEST_SECONDS, TimeUnit.SECONDS);
      if (batch == null) {
        return;
      }
      for (String taskId : batch.taskIds()) {
        zimage.cancel(taskId);
      }
      whenCancelled.run();
      say("cancelled");
    } catch (ZImageClientException | TimeoutException e) {
      say("the tasks could not be cancelled: " + e.getMessage());
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      err.flush();
    }
  }

  /** Over the ^C that a terminal has shown by itself. */
  private void say(String text) {
    err.println((Terminal.isWatched() ? "\r\033[J" : "") + "zimage: " + text);
  }
}

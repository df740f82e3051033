package org.zimage.launcher.process;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.zimage.launcher.error.LauncherException;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.home.RunState;

/**
 * A server that is started again whenever it ends on its own, until it is closed. Nothing is lost by waiting for it. Owns the
 * server. Thread-safe.
 */
public final class WatchedServer implements AutoCloseable {
  private static final long RESTART_PAUSE_MILLIS = 1_000;

  private final String name;
  private final Callable<ServerProcess> start;
  private final Home home;
  private final RunState state;
  private final ConsoleProgress progress;
  private final BooleanSupplier stopping;
  private ServerProcess server;
  private boolean closed;

  /**
   * @param name what people call it; in lower case, the name of its log
   * @param stopping whether all is about to end, so that a process that ends is no fault
   */
  public WatchedServer(String name, Callable<ServerProcess> start, Home home, RunState state, ConsoleProgress progress,
      BooleanSupplier stopping) {
    this.name = name;
    this.start = start;
    this.home = home;
    this.state = state;
    this.progress = progress;
    this.stopping = stopping;
  }

  /** Starts it for the first time: what fails now is the caller's. */
  public void start() throws Exception {
    watch(progress.run(name, start));
  }

  @Override
  public void close() throws Exception {
    ServerProcess last;
    synchronized (this) {
      closed = true;
      last = server;
    }
    if (last != null) {
      last.close();
    }
  }

  private synchronized void watch(ServerProcess started) {
    if (closed) {
      stop(started);
      return;
    }
    server = started;
    state.process(logName(), started.pid());
    ProcessHandle.of(started.pid()).ifPresent(process -> process.onExit()
        .thenRunAsync(() -> restart(started), task -> new Thread(task, "restarting").start()));
  }

  private void restart(ServerProcess ended) {
    if (!isEnding()) {
      progress.say(name + " ended on its own; starting it again");
      stop(ended);
    }
    while (!isEnding()) {
      try {
        watch(start.call());
        return;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      } catch (Exception cause) {
        progress.say(name + " cannot be started (" + LauncherException.words(cause) + "): see " + home.log(logName()));
        pause();
      }
    }
  }

  /** A process that has ended leaves locks and threads. */
  private void stop(ServerProcess ended) {
    try {
      ended.close();
    } catch (Exception cause) {
      progress.say(name + " did not stop cleanly: " + cause);
    }
  }

  private synchronized boolean isEnding() {
    return closed || stopping.getAsBoolean();
  }

  private String logName() {
    return name.toLowerCase(Locale.ROOT);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(RESTART_PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

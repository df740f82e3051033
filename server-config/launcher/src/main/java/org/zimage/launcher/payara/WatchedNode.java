package org.zimage.launcher.payara;

import java.io.IOException;
import org.zimage.launcher.error.LauncherException;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.home.RunState;
import org.zimage.launcher.process.ConsoleProgress;
import org.zimage.launcher.process.RestartLimit;

/**
 * A node of Payara Micro that is started again when it ends on its own, unless it keeps ending. {@code LocalSystem} owns and closes
 * it. Thread-safe.
 */
public final class WatchedNode implements AutoCloseable {
  /** Starts the node's process. */
  @FunctionalInterface
  public interface Start {
    PayaraMicro begin() throws IOException;
  }

  private final String name;
  private final String title;
  private final Start start;
  private final Home home;
  private final RunState state;
  private final ConsoleProgress progress;
  private final Runnable whenGivenUp;
  private final RestartLimit restarts = new RestartLimit();
  private PayaraMicro node;
  private boolean closed;

  /**
   * @param name of its log, and of its process in the state
   * @param title what people call it
   * @param whenGivenUp what is done when it is not started again
   */
  public WatchedNode(String name, String title, Start start, Home home, RunState state, ConsoleProgress progress,
      Runnable whenGivenUp) {
    this.name = name;
    this.title = title;
    this.start = start;
    this.home = home;
    this.state = state;
    this.progress = progress;
    this.whenGivenUp = whenGivenUp;
  }

  public String name() {
    return name;
  }

  public String title() {
    return title;
  }

  /** Starts it for the first time: what fails now is the caller's. */
  public synchronized void start() throws IOException {
    node = start.begin();
    state.process(name, node.process().pid());
    node.process().onExit().thenAccept(ended -> restart(ended.exitValue()));
  }

  public synchronized boolean isAlive() {
    return node.process().isAlive();
  }

  private synchronized void restart(int exitValue) {
    if (closed) {
      return;
    }
    if (!restarts.allowed()) {
      progress.say(title + " keeps ending (last with " + exitValue + "): see " + home.log(name));
      whenGivenUp.run();
      return;
    }
    progress.say(title + " ended with " + exitValue + "; starting it again");
    try {
      start();
    } catch (IOException cause) {
      progress.say(title + " cannot be started: " + LauncherException.words(cause));
      whenGivenUp.run();
    }
  }

  /** Stops it, and waits until it has. */
  @Override
  public void close() throws InterruptedException {
    PayaraMicro last;
    synchronized (this) {
      closed = true;
      last = node;
    }
    if (last != null) {
      last.close();
    }
  }
}

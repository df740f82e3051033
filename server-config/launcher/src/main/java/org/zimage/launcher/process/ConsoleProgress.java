package org.zimage.launcher.process;

import java.io.PrintStream;
import java.util.concurrent.Callable;

/** Prints to the terminal what the system is doing while it starts. Thread-safe. */
public final class ConsoleProgress {
  private final PrintStream out;

  public ConsoleProgress(PrintStream out) {
    this.out = out;
  }

  public <T> T run(String what, Callable<T> work) throws Exception {
    long start = System.nanoTime();
    T result = work.call();
    say(String.format("  %-40s %5.1f s", what, (System.nanoTime() - start) / 1e9));
    return result;
  }

  public synchronized void say(String line) {
    out.println(line);
    out.flush();
  }
}

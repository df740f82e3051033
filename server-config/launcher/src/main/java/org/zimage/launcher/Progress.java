package org.zimage.launcher;

import java.io.PrintStream;
import java.util.concurrent.Callable;

/** What the person at the terminal sees while the system starts. Thread-safe. */
final class Progress {
  private final PrintStream out;

  Progress(PrintStream out) {
    this.out = out;
  }

  <T> T run(String what, Callable<T> work) throws Exception {
    long start = System.nanoTime();
    T result = work.call();
    say(String.format("  %-40s %5.1f s", what, (System.nanoTime() - start) / 1e9));
    return result;
  }

  synchronized void say(String line) {
    out.println(line);
    out.flush();
  }
}

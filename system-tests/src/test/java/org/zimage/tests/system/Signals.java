package org.zimage.tests.system;

import java.io.IOException;

/** What Java cannot tell a process. */
public final class Signals {
  private Signals() { }

  /** @param name without SIG, such as STOP */
  public static void send(String name, long pid) throws IOException {
    int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().onExit().join()
        .exitValue();
    if (exit != 0) {
      throw new IllegalStateException("kill -" + name + " " + pid + " ended with " + exit);
    }
  }
}

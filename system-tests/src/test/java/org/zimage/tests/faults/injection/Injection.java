package org.zimage.tests.faults.injection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.zimage.tests.faults.oracle.Verdict;

/** The lines of the table in {@code docs/reliability.md}: printed, and appended to {@code target/faults.md}. */
public final class Injection {
  private Injection() { }

  /**
   * @param seconds the longest time that it took from the fault, or from its end, until a task that came after it was
   * done
   */
  public static void report(String fault, int times, Verdict verdict, double seconds) {
    String line = String.format(Locale.ROOT, "| %s | %d | %d | %d | %d | %.1f |%n", fault, times, verdict.accepted(),
        verdict.lost(), verdict.doubled(), seconds);
    System.out.print(line);
    try {
      Path folder = Files.createDirectories(Path.of(System.getProperty("zimage.root"), "system-tests", "target"));
      Files.writeString(folder.resolve("faults.md"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

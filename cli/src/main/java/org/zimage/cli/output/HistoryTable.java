package org.zimage.cli.output;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.zimage.api.TaskSummary;

/**
 * The history as a table. The prompt is the last column and is cut to the width of a line. Where a line has no room for it, the
 * prompt has a line of its own.
 */
public final class HistoryTable {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());
  private static final String COLUMNS = "%-36s  %-16s  %-7s  %5s";
  private static final int COLUMNS_WITHOUT_PROMPT = 72;
  private static final int MIN_PROMPT_COLUMNS = 24;

  private HistoryTable() { }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  /** @param columns that a line may have */
  public static void print(List<TaskSummary> batches, int columns, PrintWriter out) {
    String titles = String.format(COLUMNS, "BATCH", "CREATED", "STATUS", "DONE");
    out.println(isWide(columns) ? titles + "  PROMPT" : titles);
    batches.forEach(batch -> out.println(line(batch, columns)));
  }

  static String line(TaskSummary batch, int columns) {
    String line = String.format(COLUMNS, batch.taskId(), time(batch.createdAt()), batch.status(),
        batch.successCount() + "/" + batch.batchSize());
    return isWide(columns) ? line + "  " + shortened(batch.prompt(), columns - COLUMNS_WITHOUT_PROMPT)
        : line + "\n  " + shortened(batch.prompt(), Math.max(MIN_PROMPT_COLUMNS, columns - 2));
  }

  private static boolean isWide(int columns) {
    return columns >= COLUMNS_WITHOUT_PROMPT + MIN_PROMPT_COLUMNS;
  }

  private static String shortened(String prompt, int longest) {
    String line = TaskText.printable(prompt).replaceAll("\\s+", " ").strip();
    if (line.codePointCount(0, line.length()) <= longest) {
      return line;
    }
    return line.substring(0, line.offsetByCodePoints(0, longest - 1)) + "…";
  }
}

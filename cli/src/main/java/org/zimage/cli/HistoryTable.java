package org.zimage.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.zimage.api.TaskSummary;

/** The history as a table; the prompt comes last, and is cut so that a line fits into 120 columns. */
final class HistoryTable {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());
  private static final int LONGEST_PROMPT = 44;

  private HistoryTable() { }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  static void print(List<TaskSummary> batches, PrintWriter out) {
    out.printf("%-36s  %-16s  %-7s  %5s  %s%n", "BATCH", "CREATED", "STATUS", "DONE", "PROMPT");
    batches.forEach(batch -> out.println(line(batch)));
  }

  static String line(TaskSummary batch) {
    return String.format("%-36s  %-16s  %-7s  %5s  %s", batch.taskId(), time(batch.createdAt()), batch.status(),
        batch.successCount() + "/" + batch.batchSize(), shortened(batch.prompt()));
  }

  private static String shortened(String prompt) {
    String line = prompt.replaceAll("\\s+", " ").strip();
    if (line.codePointCount(0, line.length()) <= LONGEST_PROMPT) {
      return line;
    }
    return line.substring(0, line.offsetByCodePoints(0, LONGEST_PROMPT - 1)) + "…";
  }
}

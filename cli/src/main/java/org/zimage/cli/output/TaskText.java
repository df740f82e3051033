package org.zimage.cli.output;

import java.io.PrintWriter;
import org.zimage.api.BatchDetail;
import org.zimage.api.GenerationResult;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.TaskSummary;

/** Tasks and batches as text for people. */
public final class TaskText {
  private static final String LINE = "%-10s %s%n";
  private static final String FOLDER = "/generated-images/";

  private TaskText() { }

  /** Replaces control characters, which a terminal would obey: other people have written the prompts. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cc}&&[^\n\t]]", "\ufffd");
  }

  /** The line that says why a task has no picture. */
  public static String failure(TaskStatusResponse end) {
    return "task " + end.taskId() + ": " + end.error() + (end.errorHint() == null ? "" : " (" + end.errorHint() + ")");
  }

  public static void print(TaskStatusResponse task, String url, PrintWriter out) {
    out.printf(LINE, "task", task.taskId());
    out.printf(LINE, "status", task.status() + (task.progress() == null ? "" : " " + task.progress() + " %"));
    if (task.error() != null) {
      out.printf(LINE, "error", task.error() + (task.errorHint() == null ? "" : " (" + task.errorHint() + ")"));
    }
    if (task.result() != null) {
      print(task.result(), out);
      out.printf(LINE, "picture", address(task.imageUrl(), url));
    }
  }

  /**
   * The address of a picture.
   *
   * @param path as the server says it, with what a proxy has put before it
   * @param server the address of the server, which ends with the same
   */
  public static String address(String path, String server) {
    return server + path.substring(path.indexOf(FOLDER));
  }

  private static void print(GenerationResult result, PrintWriter out) {
    out.printf(LINE, "prompt", printable(result.prompt()));
    if (result.negativePrompt() != null && !result.negativePrompt().isEmpty()) {
      out.printf(LINE, "avoids", printable(result.negativePrompt()));
    }
    out.printf(LINE, "size", result.width() + "x" + result.height());
    out.printf(LINE, "seed", result.seed());
    out.printf(LINE, "steps", result.numInferenceSteps());
    out.printf(LINE, "guidance", result.guidanceScale());
    if (result.model() != null) {
      out.printf(LINE, "model", printable(result.model()));
    }
    out.printf(LINE, "created", HistoryTable.time(result.createdAt()));
  }

  public static void print(BatchDetail detail, String url, PrintWriter out) {
    TaskSummary batch = detail.batch();
    out.printf(LINE, "batch", batch.taskId());
    out.printf(LINE, "status", batch.status() + ", " + batch.successCount() + " of " + batch.batchSize() + " done"
        + (batch.failedCount() == 0 ? "" : ", " + batch.failedCount() + " failed"));
    out.printf(LINE, "prompt", printable(batch.prompt()));
    out.printf(LINE, "size", batch.width() + "x" + batch.height());
    out.printf(LINE, "created", HistoryTable.time(batch.createdAt()));
    for (BatchDetail.Item item : detail.items()) {
      out.printf("  %2d  %-9s  %s  seed %s  %s%n", item.index(), item.status(), item.taskId(), item.seed(),
          item.imageUrl() != null ? address(item.imageUrl(), url) : item.errorHint() != null ? item.errorHint() : "");
    }
  }
}

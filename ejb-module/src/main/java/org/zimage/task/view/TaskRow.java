package org.zimage.task.view;

import jakarta.json.JsonObject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.zimage.resources.ReadOnlyQueries;
import org.zimage.task.GenerationParameters;
import org.zimage.task.TaskState;

/**
 * The columns of a task that callers may see.
 *
 * @param owner whose batch it is in; null for nobody's
 * @param model null where any worker may take the task
 * @param reusedFrom the task whose picture it has, or waits for; null where it is drawn
 * @param metadata null also for a task without a result
 * @param attempt how often a worker took it
 * @param finishedAt null while it is not over, and for some tasks of older installations
 * @param expiresIn seconds from its end after which it is removed; null for no end of its own
 */
public record TaskRow(String taskId, String owner, TaskState status, String errorCode, String errorHint,
    String errorMessage, GenerationParameters parameters, String model, Instant createdAt, String imageId,
    String outputPath, String previewPath, String relativePath, String previewRelativePath, String reusedFrom, JsonObject metadata,
    int attempt, int step, Instant finishedAt, Integer expiresIn) {

  /** A task by up to three spellings of its id; metadata, which only a result shows, with a result only. */
  static final String SELECT = """
      SELECT task.task_id, batch.api_client_id, task.status, task.error_code, task.error_hint, task.error_message, %s,
        task.model, task.created_at, task.image_id, task.output_path, task.preview_path, task.relative_path,
        task.preview_relative_path, task.reused_from, task.attempt, task.step, task.finished_at, task.expires_in,
        CASE WHEN task.status = 'success' THEN left(CAST(task.metadata AS text), %d) END AS metadata
      FROM image_generation_tasks task JOIN image_generation_batches batch ON batch.id = task.batch_id
      WHERE task.task_id IN (?, ?, ?)""".formatted(GenerationParameters.columns("task"), StoredMetadata.LONGEST + 1);

  static TaskRow read(ResultSet row) throws SQLException {
    return new TaskRow(row.getString("task_id"), row.getString("api_client_id"),
        TaskState.of(row.getString("status")), row.getString("error_code"), row.getString("error_hint"),
        row.getString("error_message"), GenerationParameters.read(row), row.getString("model"),
        ReadOnlyQueries.instant(row, "created_at"), row.getString("image_id"), row.getString("output_path"), row.getString("preview_path"),
        row.getString("relative_path"), row.getString("preview_relative_path"), row.getString("reused_from"),
        StoredMetadata.of(row.getString("task_id"), row.getString("metadata")), row.getInt("attempt"),
        row.getInt("step"), ReadOnlyQueries.instant(row, "finished_at"), (Integer) row.getObject("expires_in"));
  }
}

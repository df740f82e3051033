package org.zimage.task;

import jakarta.json.JsonObject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.zimage.resources.Reads;

/**
 * What there is to show of a task.
 *
 * @param owner whose batch it is in; null for nobody's
 * @param metadata null also for a task without a result
 * @param attempt how often a worker took it
 */
record TaskRow(String taskId, String owner, TaskStatus status, String errorCode, String errorHint, String errorMessage,
    String prompt, String negativePrompt, int width, int height, int steps, double guidanceScale, Long seed,
    Boolean cfgNormalization, Double cfgTruncation, Integer maxSequenceLength, Instant createdAt, String imageId,
    String outputPath, String previewPath, String relativePath, String previewRelativePath, JsonObject metadata,
    int attempt, int step) {

  /** A task by up to three spellings of its id; metadata, which only a result shows, with a result only. */
  static final String SELECT = """
      SELECT task.task_id, batch.api_client_id, task.status, task.error_code, task.error_hint, task.error_message,
        task.prompt, task.negative_prompt, task.width, task.height, task.num_inference_steps, task.guidance_scale,
        task.seed, task.cfg_normalization, task.cfg_truncation, task.max_sequence_length, task.created_at,
        task.image_id, task.output_path, task.preview_path, task.relative_path, task.preview_relative_path,
        CASE WHEN task.status = 'success' THEN left(CAST(task.metadata AS text), %d) END, task.attempt, task.step
      FROM image_generation_tasks task JOIN image_generation_batches batch ON batch.id = task.batch_id
      WHERE task.task_id IN (?, ?, ?)""".formatted(StoredMetadata.LONGEST + 1);

  static TaskRow read(ResultSet row) throws SQLException {
    return new TaskRow(row.getString(1), row.getString(2), TaskStatus.of(row.getString(3)), row.getString(4),
        row.getString(5), row.getString(6), row.getString(7), row.getString(8), row.getInt(9), row.getInt(10),
        row.getInt(11), row.getDouble(12), (Long) row.getObject(13), (Boolean) row.getObject(14),
        (Double) row.getObject(15), (Integer) row.getObject(16), Reads.instant(row, 17), row.getString(18),
        row.getString(19), row.getString(20), row.getString(21), row.getString(22),
        StoredMetadata.of(row.getString(1), row.getString(23)), row.getInt(24), row.getInt(25));
  }
}

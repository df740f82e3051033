package org.zimage.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import org.zimage.image.ImageStore;
import org.zimage.task.TaskStatus;

/**
 * One picture of a batch, or what is to become one. Without its prompt, which may be long: a batch may have very many.
 *
 * @param imageUrl the preview's path; null until the task succeeded
 * @param errorCode null unless the task failed or was cancelled
 */
public record BatchPicture(String taskId, int index, TaskStatus status, String imageUrl, int width, int height, Long seed,
    String errorCode, String errorHint) {
  /** What {@link Row#read} reads. */
  static final String COLUMNS = """
      task_id, batch_index, created_at, status, preview_relative_path, relative_path, width, height, seed, error_code, error_hint""";
  /** Before every picture. */
  static final Place FIRST = new Place(Integer.MIN_VALUE, OffsetDateTime.MIN, "");

  /** Where a picture is among those of its batch. */
  record Place(int index, OffsetDateTime createdAt, String taskId) { }

  /** A picture and its place. */
  record Row(Place place, BatchPicture picture) {
    static Row read(ResultSet row) throws SQLException {
      Place place = new Place(row.getInt(2), row.getObject(3, OffsetDateTime.class), row.getString(1));
      TaskStatus status = TaskStatus.of(row.getString(4));
      String url = status == TaskStatus.SUCCESS ? ImageStore.url(row.getString(5), row.getString(6)) : null;
      return new Row(place, new BatchPicture(place.taskId(), place.index(), status, url, row.getInt(7), row.getInt(8),
          (Long) row.getObject(9), row.getString(10), row.getString(11)));
    }
  }
}

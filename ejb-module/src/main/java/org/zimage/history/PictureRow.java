package org.zimage.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.zimage.api.BatchDetail;
import org.zimage.image.ImageStore;
import org.zimage.resources.ReadOnlyQueries;
import org.zimage.settings.Retention;
import org.zimage.task.TaskState;

/** A picture of a batch, or what is to become one, and its place. Without its prompt, which may be long: a batch may have very many. */
record PictureRow(Place place, BatchDetail.Item picture) {
  static final String COLUMNS = """
      task_id, batch_index, created_at, status, preview_relative_path, relative_path, width, height, seed, error_code, error_hint,
      finished_at, expires_in""";
  /** Before every picture. */
  static final Place FIRST = new Place(Integer.MIN_VALUE, OffsetDateTime.MIN, "");

  /** Where a picture is among those of its batch. */
  record Place(int index, OffsetDateTime createdAt, String taskId) { }

  /**
   * Reads the {@link #COLUMNS}.
   *
   * @param retention tells when a picture is removed
   */
  static PictureRow read(ResultSet row, Retention retention) throws SQLException {
    Place place = new Place(row.getInt(2), row.getObject(3, OffsetDateTime.class), row.getString(1));
    TaskState state = TaskState.of(row.getString(4));
    String url = state == TaskState.SUCCESS ? ImageStore.url(row.getString(5), row.getString(6)) : null;
    return new PictureRow(place, new BatchDetail.Item(place.taskId(), place.index(), state.word(), url, row.getInt(7), row.getInt(8),
        (Long) row.getObject(9), row.getString(10), row.getString(11), state.isFinal() ? end(row, retention) : null));
  }

  private static Instant end(ResultSet row, Retention retention) throws SQLException {
    Instant finished = ReadOnlyQueries.instant(row, "finished_at");
    return retention.end(finished == null ? ReadOnlyQueries.instant(row, "created_at") : finished, (Integer) row.getObject("expires_in"));
  }
}

package org.zimage.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.zimage.api.TaskSummary;
import org.zimage.image.ImageStore;
import org.zimage.resources.ReadOnlyQueries;
import org.zimage.task.BatchStatus;

/** A batch of a page, and where it is in the history. */
record HistoryRow(HistoryCursor place, TaskSummary summary) {

  /** Reads the columns of {@link HistoryQuery}. */
  static HistoryRow read(ResultSet row) throws SQLException {
    UUID id = (UUID) row.getObject(1);
    HistoryCursor place = new HistoryCursor(ReadOnlyQueries.instant(row, "created_at"), id);
    Long baseSeed = (Long) row.getObject(9);
    String path = row.getString(13);
    Long seed = (Long) row.getObject(15);
    String status = BatchStatus.of(row.getString(2)).shown().name();
    return new HistoryRow(place, new TaskSummary(id.toString(), status, place.createdAt(), row.getString(4),
        row.getInt(5), row.getInt(6), path, ImageStore.url(row.getString(14), path), row.getInt(7), row.getDouble(8),
        seed == null ? baseSeed : seed, row.getInt(10), row.getInt(11), row.getInt(12), baseSeed));
  }
}

package org.zimage.platform;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.zimage.task.TaskId;

/** Rows as they are, read and written past the application. */
public final class Database {
  private final DataSource dataSource;

  public Database() {
    this(Platform.database());
  }

  public Database(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  public Map<String, Object> task(TaskId id) {
    return row("SELECT * FROM image_generation_tasks WHERE task_id = '" + id + "'");
  }

  public Map<String, Object> batchOf(TaskId id) {
    return row("SELECT batch.* FROM image_generation_batches batch JOIN image_generation_tasks task ON task.batch_id = batch.id "
        + "WHERE task.task_id = '" + id + "'");
  }

  public long number(String query) {
    return ((Number) row(query).values().iterator().next()).longValue();
  }

  /** As if nodes had looked for lost leases every two seconds for two hours, and the next turn were due. */
  public void seenWithoutABreak() {
    execute("""
        INSERT INTO chores VALUES ('leases', clock_timestamp() - interval '2 seconds', clock_timestamp() - interval '2 hours')
        ON CONFLICT (name) DO UPDATE SET begun_at = excluded.begun_at, unbroken_since = excluded.unbroken_since""");
  }

  public Map<String, Object> row(String query) {
    List<Map<String, Object>> rows = rows(query);
    if (rows.size() != 1) {
      throw new AssertionError("Expected one row, got " + rows.size() + " for " + query);
    }
    return rows.get(0);
  }

  public List<Map<String, Object>> rows(String query) {
    try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      List<Map<String, Object>> rows = new ArrayList<>();
      ResultSetMetaData columns = result.getMetaData();
      while (result.next()) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          row.put(columns.getColumnName(i), result.getObject(i));
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw new AssertionError(query, e);
    }
  }

  public void execute(String sql) {
    try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }
}

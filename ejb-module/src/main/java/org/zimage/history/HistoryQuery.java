package org.zimage.history;

import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zimage.api.TaskStatus;
import org.zimage.caller.Caller;
import org.zimage.resources.ReadOnlyQueries;
import org.zimage.task.BatchStatus;

/** The SQL of a page: conditions are there only where they are wanted, so that each finds its index. */
final class HistoryQuery {
  /** What is shown of a batch. */
  private static final String COLUMNS = """
      batch.id, batch.status, batch.created_at, batch.prompt, batch.height, batch.width, batch.num_inference_steps,
      batch.guidance_scale, batch.base_seed, batch.batch_size, batch.success_count, batch.failed_count""";
  /** The picture that stands for a batch: the first that is finished. */
  private static final String COVER = """
       batch LEFT JOIN LATERAL (
        SELECT task.relative_path, task.preview_relative_path, task.seed FROM image_generation_tasks task
        WHERE task.batch_id = batch.id AND task.status = 'success' ORDER BY task.batch_index LIMIT 1) cover ON true""";
  private static final String NEWEST_FIRST = " ORDER BY batch.created_at DESC, batch.id";
  /** Batches that are looked through for frequent words, before the index of words is asked. */
  private static final int LOOKED_THROUGH = 2_000;

  private record Condition(String sql, Object... values) { }

  private final List<Condition> conditions = new ArrayList<>();
  private final Condition words;
  private final int limit;
  private final int offset;

  HistoryQuery(Caller caller, BatchFilter filter, int limit, int offset) {
    this.limit = limit;
    this.offset = offset;
    words = filter.words() == null ? null
        : new Condition("batch.prompt_words @@ to_tsquery('pg_catalog.simple', ?)", filter.words().expression());
    if (!caller.seesEverything()) {
      and("batch.api_client_id = ?", caller.clientId());
    }
    if (filter.from() != null) {
      and("batch.created_at >= ?", Timestamp.from(filter.from()));
    }
    if (filter.until() != null) {
      and("batch.created_at < ?", Timestamp.from(filter.until()));
    }
    if (filter.status() != null) {
      and("batch.status IN (" + statuses(filter.status()) + ")");
      if (filter.status() == TaskStatus.PENDING) {
        // They are few, and found by the index of unfinished tasks instead of by looking through all batches
        and("batch.id IN (SELECT task.batch_id FROM image_generation_tasks task WHERE task.status IN ('pending', 'running'))");
      }
    }
    if (filter.after() != null) {
      Timestamp createdAt = Timestamp.from(filter.after().createdAt());
      and("batch.created_at <= ? AND (batch.created_at < ? OR batch.id > ?)", createdAt, createdAt, filter.after().batchId());
    }
  }

  /** That of one batch. */
  static HistoryQuery one(Caller caller, UUID batch) {
    HistoryQuery query = new HistoryQuery(caller, BatchFilter.NONE, 1, 0);
    query.and("batch.id = ?", batch);
    return query;
  }

  private void and(String sql, Object... values) {
    conditions.add(new Condition(sql, values));
  }

  /** The batches, newest first. */
  List<HistoryRow> run(ReadOnlyQueries queries) {
    if (words == null) {
      return new Statement("SELECT " + COLUMNS + " FROM image_generation_batches batch WHERE true").where(conditions)
          .append(page()).run(queries);
    }
    List<HistoryRow> among = amongTheNewest(queries);
    return among.size() == limit ? among : byTheIndexOfWords(queries);
  }

  /**
   * A full page, where the words are frequent. PostgreSQL cannot know beforehand whether they are, and either way is slow for the
   * other kind: looking through a history for a word that is nowhere, or sorting all of it for one that is everywhere.
   */
  private List<HistoryRow> amongTheNewest(ReadOnlyQueries queries) {
    return new Statement("SELECT " + COLUMNS + " FROM (SELECT * FROM image_generation_batches batch WHERE true").where(conditions)
        .append(NEWEST_FIRST + " LIMIT " + LOOKED_THROUGH + ") batch WHERE true").where(List.of(words))
        .append(page()).run(queries);
  }

  private List<HistoryRow> byTheIndexOfWords(ReadOnlyQueries queries) {
    return new Statement("WITH found AS MATERIALIZED (SELECT id, created_at FROM image_generation_batches batch WHERE true")
        .where(conditions).where(List.of(words))
        .append(") SELECT " + COLUMNS + " FROM image_generation_batches batch WHERE batch.id IN (SELECT batch.id FROM found batch")
        .append(page()).append(")").run(queries);
  }

  /** In figures, not parameters: PostgreSQL knows then how few rows are wanted, and plans a statement only once. */
  private String page() {
    return NEWEST_FIRST + " LIMIT " + limit + (offset == 0 ? "" : " OFFSET " + offset);
  }

  /** A statement as it is put together, of batches without their pictures. */
  private static final class Statement {
    private final StringBuilder sql = new StringBuilder();
    private final List<Object> values = new ArrayList<>();

    Statement(String beginning) {
      append(beginning);
    }

    Statement where(List<Condition> conditions) {
      for (Condition condition : conditions) {
        append(" AND " + condition.sql());
        values.addAll(List.of(condition.values()));
      }
      return this;
    }

    Statement append(String text) {
      sql.append(text);
      return this;
    }

    List<HistoryRow> run(ReadOnlyQueries queries) {
      return queries.list("SELECT " + COLUMNS + ", cover.relative_path, cover.preview_relative_path, cover.seed FROM ("
          + sql + ")" + COVER + NEWEST_FIRST, HistoryRow::read, values.toArray());
    }
  }

  private static String statuses(TaskStatus shown) {
    return Stream.of(BatchStatus.values()).filter(status -> status.shown() == shown)
        .map(status -> "'" + status.word() + "'").collect(Collectors.joining(", "));
  }
}

package org.zimage.history;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zimage.caller.Caller;
import org.zimage.task.BatchStatus;
import org.zimage.task.GenerationBatch;

/** The SQL of a page: conditions are there only where they are wanted, so that each finds its index. */
final class HistoryQuery {
  /** All of the entity; the words of the prompt, which the table has too, stay where they are. */
  private static final String COLUMNS = """
      batch.id, batch.api_client_id, batch.caller_label, batch.prompt, batch.negative_prompt, batch.width, batch.height,
      batch.num_inference_steps, batch.guidance_scale, batch.base_seed, batch.batch_size, batch.status, batch.success_count,
      batch.failed_count, batch.created_at, batch.completed_at, batch.metadata""";
  private static final String NEWEST_FIRST = " ORDER BY batch.created_at DESC, batch.id";
  private static final String PAGE = NEWEST_FIRST + " LIMIT ? OFFSET ?";
  /** Batches that are looked through for frequent words, before the index of words is asked. */
  private static final int LOOKED_THROUGH = 2_000;

  private record Condition(String sql, Object... values) { }

  private final List<Condition> conditions = new ArrayList<>();
  private final Condition words;

  HistoryQuery(Caller caller, HistoryFilter filter) {
    words = filter.words() == null ? null
        : new Condition("batch.prompt_words @@ to_tsquery('pg_catalog.simple', ?)", filter.words().expression());
    if (!caller.seesEverything()) {
      and("batch.api_client_id = ?", caller.clientId());
    }
    if (filter.from() != null) {
      and("batch.created_at >= ?", timestamp(filter.from()));
    }
    if (filter.until() != null) {
      and("batch.created_at < ?", timestamp(filter.until()));
    }
    if (filter.status() != null) {
      and("batch.status IN (" + statuses(filter.status()) + ")");
      if (filter.status() == BatchSummary.Status.PENDING) {
        // They are few, and found by the index of unfinished tasks instead of by looking through all batches
        and("batch.id IN (SELECT task.batch_id FROM image_generation_tasks task WHERE task.status IN ('pending', 'running'))");
      }
    }
    if (filter.after() != null) {
      Timestamp createdAt = timestamp(filter.after().createdAt());
      and("batch.created_at <= ? AND (batch.created_at < ? OR batch.id > ?)", createdAt, createdAt, filter.after().batchId());
    }
  }

  private void and(String sql, Object... values) {
    conditions.add(new Condition(sql, values));
  }

  /** The batches, newest first. */
  List<GenerationBatch> run(EntityManager entities, int limit, int offset) {
    if (words == null) {
      return new Statement("SELECT " + COLUMNS + " FROM image_generation_batches batch WHERE true").where(conditions)
          .append(PAGE, limit, offset).run(entities);
    }
    List<GenerationBatch> among = amongTheNewest(entities, limit, offset);
    return among.size() == limit ? among : byTheIndexOfWords(entities, limit, offset);
  }

  /**
   * A full page, where the words are frequent. PostgreSQL cannot know beforehand whether they are, and either way is slow for the
   * other kind: looking through a history for a word that is nowhere, or sorting all of it for one that is everywhere.
   */
  private List<GenerationBatch> amongTheNewest(EntityManager entities, int limit, int offset) {
    return new Statement("SELECT " + COLUMNS + " FROM (SELECT * FROM image_generation_batches batch WHERE true").where(conditions)
        .append(NEWEST_FIRST + " LIMIT " + LOOKED_THROUGH + ") batch WHERE true").where(List.of(words))
        .append(PAGE, limit, offset).run(entities);
  }

  private List<GenerationBatch> byTheIndexOfWords(EntityManager entities, int limit, int offset) {
    return new Statement("WITH found AS MATERIALIZED (SELECT id, created_at FROM image_generation_batches batch WHERE true")
        .where(conditions).where(List.of(words))
        .append(") SELECT " + COLUMNS + " FROM image_generation_batches batch WHERE batch.id IN (SELECT batch.id FROM found batch")
        .append(PAGE + ")" + NEWEST_FIRST, limit, offset).run(entities);
  }

  /** A statement as it is put together; each question mark takes the next value. */
  private static final class Statement {
    private final StringBuilder sql = new StringBuilder();
    private final List<Object> values = new ArrayList<>();

    Statement(String beginning) {
      append(beginning);
    }

    Statement where(List<Condition> conditions) {
      conditions.forEach(condition -> append(" AND " + condition.sql(), condition.values()));
      return this;
    }

    Statement append(String text, Object... parameters) {
      int at = 0;
      for (Object parameter : parameters) {
        int mark = text.indexOf('?', at);
        values.add(parameter);
        sql.append(text, at, mark).append('?').append(values.size());
        at = mark + 1;
      }
      sql.append(text.substring(at));
      return this;
    }

    @SuppressWarnings("unchecked")
    List<GenerationBatch> run(EntityManager entities) {
      Query query = entities.createNativeQuery(sql.toString(), GenerationBatch.class);
      for (int i = 0; i < values.size(); i++) {
        query.setParameter(i + 1, values.get(i));
      }
      return query.getResultList();
    }
  }

  private static String statuses(BatchSummary.Status shown) {
    return Stream.of(BatchStatus.values()).filter(status -> BatchSummary.Status.of(status) == shown)
        .map(status -> "'" + status.word() + "'").collect(Collectors.joining(", "));
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.from(instant);
  }
}

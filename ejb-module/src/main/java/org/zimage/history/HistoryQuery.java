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
  private final StringBuilder sql = new StringBuilder("SELECT batch.* FROM image_generation_batches batch WHERE true");
  private final List<Object> values = new ArrayList<>();

  HistoryQuery(Caller caller, HistoryFilter filter) {
    if (!caller.seesEverything()) {
      and("batch.api_client_id = ?", caller.clientId());
    }
    if (filter.words() != null) {
      and("prompt_words(batch.prompt) @@ to_tsquery('pg_catalog.simple', ?)", filter.words().expression());
    }
    if (filter.from() != null) {
      and("batch.created_at >= ?", timestamp(filter.from()));
    }
    if (filter.until() != null) {
      and("batch.created_at < ?", timestamp(filter.until()));
    }
    if (filter.status() != null) {
      and("batch.status IN (" + words(filter.status()) + ")");
    }
    if (filter.after() != null) {
      Timestamp createdAt = timestamp(filter.after().createdAt());
      and("batch.created_at <= ? AND (batch.created_at < ? OR batch.id > ?)", createdAt, createdAt, filter.after().batchId());
    }
  }

  /** The batches, newest first. */
  @SuppressWarnings("unchecked")
  List<GenerationBatch> run(EntityManager entities, int limit, int offset) {
    append(" ORDER BY batch.created_at DESC, batch.id LIMIT ? OFFSET ?", limit, offset);
    Query query = entities.createNativeQuery(sql.toString(), GenerationBatch.class);
    for (int i = 0; i < values.size(); i++) {
      query.setParameter(i + 1, values.get(i));
    }
    return query.getResultList();
  }

  private void and(String condition, Object... parameters) {
    append(" AND " + condition, parameters);
  }

  private void append(String text, Object... parameters) {
    int at = 0;
    for (Object parameter : parameters) {
      int mark = text.indexOf('?', at);
      values.add(parameter);
      sql.append(text, at, mark).append('?').append(values.size());
      at = mark + 1;
    }
    sql.append(text.substring(at));
  }

  private static String words(BatchSummary.Status shown) {
    return Stream.of(BatchStatus.values()).filter(status -> BatchSummary.Status.of(status) == shown)
        .map(status -> "'" + status.word() + "'").collect(Collectors.joining(", "));
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.from(instant);
  }
}

package org.zimage.task;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** The tasks that wait or were left behind, read for those who look after them. Thread-safe. */
@ApplicationScoped
public class Backlog {
  /** What one sweep looks at; the next one comes soon. */
  private static final int LIMIT = 1000;

  /** As many messages as {@link WorkQueue} reads. */
  private static final int DISPATCHED_LIMIT = 20_000;

  private final EntityManager entities;

  protected Backlog() {
    this(null);
  }

  @Inject
  public Backlog(EntityManager entities) {
    this.entities = entities;
  }

  /** A message that a task needs. */
  public record Undelivered(TaskId id, String model) { }

  /** Of these tasks, those that still wait. */
  @Transactional
  public List<Undelivered> waiting(Collection<TaskId> ids) {
    List<?> rows = entities.createNativeQuery("""
        SELECT task_id, model FROM image_generation_tasks
        WHERE task_id = ANY (string_to_array(?1, ',')) AND status = 'pending' ORDER BY created_at""")
        .setParameter(1, joined(ids)).getResultList();
    return rows.stream().map(Object[].class::cast)
        .map(row -> new Undelivered(new TaskId((String) row[0]), (String) row[1])).toList();
  }

  /** Notes that messages for these tasks were handed to the broker. */
  @Transactional
  public void dispatched(Collection<TaskId> ids) {
    entities.createNativeQuery("""
        UPDATE image_generation_tasks SET dispatched_at = clock_timestamp()
        WHERE task_id = ANY (string_to_array(?1, ',')) AND status = 'pending'""")
        .setParameter(1, joined(ids)).executeUpdate();
  }

  /** Waiting tasks for which no message was sent although they are some seconds old. */
  @Transactional
  public List<TaskId> undispatched(int seconds) {
    return ids("""
        SELECT task_id FROM image_generation_tasks
        WHERE status = 'pending' AND dispatched_at IS NULL
          AND created_at < clock_timestamp() - CAST(?1 AS integer) * interval '1 second'
        ORDER BY created_at LIMIT %d""".formatted(LIMIT), seconds);
  }

  /** Waiting tasks whose message was sent some seconds ago. */
  @Transactional
  public List<TaskId> dispatchedBefore(int seconds) {
    return ids("""
        SELECT task_id FROM image_generation_tasks
        WHERE status = 'pending' AND dispatched_at < clock_timestamp() - CAST(?1 AS integer) * interval '1 second'
        ORDER BY dispatched_at LIMIT %d""".formatted(DISPATCHED_LIMIT), seconds);
  }

  /** Running tasks whose lease has ended, or that an older installation left without one. */
  @Transactional
  public List<Claim> expired() {
    List<?> rows = entities.createNativeQuery("""
        SELECT task_id, attempt FROM image_generation_tasks
        WHERE status = 'running' AND (lease_until IS NULL OR lease_until < clock_timestamp())
        ORDER BY lease_until LIMIT %d""".formatted(LIMIT)).getResultList();
    return rows.stream().map(Object[].class::cast)
        .map(row -> new Claim(new TaskId((String) row[0]), ((Number) row[1]).intValue())).toList();
  }

  private List<TaskId> ids(String query, int seconds) {
    List<?> rows = entities.createNativeQuery(query).setParameter(1, seconds).getResultList();
    return rows.stream().map(row -> new TaskId((String) row)).toList();
  }

  private static String joined(Collection<TaskId> ids) {
    return ids.stream().map(TaskId::value).collect(Collectors.joining(","));
  }
}

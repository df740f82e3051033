package org.zimage.task.reuse;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.zimage.system.Workers;
import org.zimage.task.TaskId;
import org.zimage.task.TaskWaiting;

/**
 * Finds the task of a client that has, or will have, the picture which the client asks for again. Of equal tasks at the same moment, one
 * is drawn and the others wait for it: their {@code reused_from} names it, and no message is sent for them. Thread-safe.
 */
@ApplicationScoped
public class EqualTasks {
  /** What one look finds; the next one comes soon. */
  private static final int LIMIT = 1000;

  private static final String UNFINISHED = "%1$s.status IN ('pending', 'running')";
  private static final String HAS_PICTURE = "%1$s.status = 'success' AND %1$s.relative_path IS NOT NULL";
  private static final String AWAITS = "task.status = 'pending' AND task.reused_from IS NOT NULL";

  private final EntityManager entities;
  private final Event<TaskWaiting> waiting;

  protected EqualTasks() {
    this(null, null);
  }

  @Inject
  public EqualTasks(EntityManager entities, Event<TaskWaiting> waiting) {
    this.entities = entities;
    this.waiting = waiting;
  }

  /**
   * A new task that may have another one's picture.
   *
   * @param model as its row will have it; null where any worker may take it
   */
  public record Wanted(TaskId task, RequestFingerprint fingerprint, String model) { }

  /**
   * A task with the picture that is wanted.
   *
   * @param isFinished whether it has the picture now
   */
  public record Equal(TaskId task, boolean isFinished) { }

  private record Drawing(RequestFingerprint fingerprint, String model) {
    static Drawing of(Wanted wanted) {
      return new Drawing(wanted.fingerprint(), wanted.model());
    }
  }

  /** @param row the id of the task that was found, which may itself wait for {@code equal} */
  private record Candidate(String row, Equal equal) { }

  /** A task that has its picture, and where its files are in the store. */
  public record Finished(TaskId task, String png, String webp) { }

  /**
   * For each of these tasks the one whose picture it can have; none for those that have to be drawn. Until the transaction ends, the found
   * tasks stay as they are, and nobody else looks for equal ones. A task that changed while it was looked for may be missed.
   *
   * @param wanted in the order in which they came: a later one waits for an earlier one
   */
  @Transactional(TxType.MANDATORY)
  public Map<TaskId, Equal> find(List<Wanted> wanted) {
    wanted.stream().map(Wanted::fingerprint).map(RequestFingerprint::hash).distinct().sorted().forEach(this::lock);
    Set<String> held = hold(wanted.stream().map(Drawing::of).distinct().flatMap(drawing -> find(drawing).stream()).map(Candidate::row)
        .toList());
    Map<Drawing, Equal> known = new HashMap<>();
    Map<TaskId, Equal> found = new HashMap<>();
    for (Wanted one : wanted) {
      Drawing drawing = Drawing.of(one);
      Optional<Equal> equal = Optional.ofNullable(known.get(drawing))
          .or(() -> find(drawing).filter(candidate -> held.contains(candidate.row())).map(Candidate::equal));
      equal.ifPresent(other -> found.put(one.task(), other));
      known.put(drawing, equal.orElseGet(() -> new Equal(one.task(), false)));
    }
    return found;
  }

  /** Equal requests may come to several nodes at the same moment. */
  private void lock(String fingerprint) {
    entities.createNativeQuery("SELECT CAST(pg_advisory_xact_lock(hashtextextended(?1, 0)) AS text)")
        .setParameter(1, "pictures of " + fingerprint).getSingleResult();
  }

  /** Locks rows, all at once in the order of their ids, so that their tasks neither end nor vanish. */
  private Set<String> hold(List<String> rows) {
    if (rows.isEmpty()) {
      return Set.of();
    }
    List<?> held = entities.createNativeQuery("""
        SELECT task_id FROM image_generation_tasks WHERE task_id = ANY (string_to_array(?1, ',')) ORDER BY task_id FOR SHARE""")
        .setParameter(1, String.join(",", rows)).getResultList();
    return held.stream().map(String.class::cast).collect(Collectors.toSet());
  }

  private Optional<Candidate> find(Drawing drawing) {
    return finished(drawing.fingerprint(), drawing.model())
        .map(finished -> new Candidate(finished.task().value(), new Equal(finished.task(), true))).or(() -> unfinished(drawing));
  }

  /**
   * The oldest task of that fingerprint whose files one of the workers that are there would make again, and whose time is not over. One
   * look into the index for each manner, however often the picture was given.
   *
   * @param model that the workers must have; null for any
   */
  @Transactional
  public Optional<Finished> finished(RequestFingerprint fingerprint, String model) {
    List<?> rows = entities.createNativeQuery("""
        SELECT task.task_id, task.relative_path, task.preview_relative_path
        FROM (SELECT DISTINCT manner FROM workers WHERE %s AND (CAST(?2 AS text) IS NULL OR model = ?2)) worker
        CROSS JOIN LATERAL (
          SELECT task_id, relative_path, preview_relative_path, created_at FROM image_generation_tasks
          WHERE fingerprint = ?1 AND manner = worker.manner AND status = 'success' AND relative_path IS NOT NULL
            AND (expires_in IS NULL OR finished_at + expires_in * interval '1 second' > clock_timestamp())
          ORDER BY created_at LIMIT 1) task
        ORDER BY task.created_at, task.task_id LIMIT 1""".formatted(Workers.ALIVE))
        .setParameter(1, fingerprint.hash()).setParameter(2, model).getResultList();
    return rows.stream().map(Object[].class::cast)
        .map(row -> new Finished(new TaskId((String) row[0]), (String) row[1], (String) row[2])).findFirst();
  }

  /** The task that is drawn. Where there are only tasks that wait, the one that they wait for has ended, and none of them has begun. */
  private Optional<Candidate> unfinished(Drawing drawing) {
    List<?> rows = entities.createNativeQuery("""
        SELECT task.task_id, coalesce(task.reused_from, task.task_id) FROM image_generation_tasks task
        WHERE task.fingerprint = ?1 AND task.model IS NOT DISTINCT FROM CAST(?2 AS text) AND %s
        ORDER BY task.reused_from IS NULL DESC, task.created_at, task.task_id LIMIT 1""".formatted(UNFINISHED.formatted("task")))
        .setParameter(1, drawing.fingerprint().hash()).setParameter(2, drawing.model()).getResultList();
    return rows.stream().map(Object[].class::cast)
        .map(row -> new Candidate((String) row[0], new Equal(new TaskId((String) row[1]), false))).findFirst();
  }

  /** Of these tasks, those whose picture others wait for. */
  @Transactional
  public List<TaskId> awaited(Collection<TaskId> tasks) {
    return ids(entities.createNativeQuery("""
        SELECT DISTINCT task.reused_from FROM image_generation_tasks task
        WHERE task.reused_from = ANY (string_to_array(?1, ',')) AND %s""".formatted(AWAITS))
        .setParameter(1, tasks.stream().map(TaskId::value).collect(Collectors.joining(","))).getResultList());
  }

  /** Tasks that are over, or gone, and whose picture others wait for still: nobody has told those, or they came too late to hear it. */
  @Transactional
  public List<TaskId> awaitedInVain() {
    return ids(entities.createNativeQuery("""
        SELECT DISTINCT task.reused_from FROM image_generation_tasks task WHERE %s AND NOT EXISTS (
          SELECT FROM image_generation_tasks first WHERE first.task_id = task.reused_from AND %s) LIMIT %d"""
        .formatted(AWAITS, UNFINISHED.formatted("first"), LIMIT)).getResultList());
  }

  /** The tasks that get the picture of this one, in the order in which they came; none while it has no picture. */
  @Transactional
  public List<TaskId> heirs(TaskId first) {
    return ids(entities.createNativeQuery("""
        SELECT task.task_id FROM image_generation_tasks task WHERE task.reused_from = ?1 AND %s
          AND EXISTS (SELECT FROM image_generation_tasks first WHERE first.task_id = ?1 AND %s)
        ORDER BY task.created_at, task.task_id""".formatted(AWAITS, HAS_PICTURE.formatted("first")))
        .setParameter(1, first.value()).getResultList());
  }

  /**
   * A task is over, or gone, and has no picture: the first of those that wait for it is drawn, and the others wait for that one. Nothing
   * happens while it may still have a picture.
   */
  @Transactional
  public void drawNext(TaskId first) {
    List<?> fingerprint = entities.createNativeQuery("""
        SELECT task.fingerprint FROM image_generation_tasks task WHERE task.reused_from = ?1 AND %s AND NOT EXISTS (
          SELECT FROM image_generation_tasks first WHERE first.task_id = ?1 AND (%s OR %s)) LIMIT 1"""
        .formatted(AWAITS, UNFINISHED.formatted("first"), HAS_PICTURE.formatted("first")))
        .setParameter(1, first.value()).getResultList();
    if (fingerprint.isEmpty()) {
      return;
    }
    lock((String) fingerprint.get(0));
    List<TaskId> others = ids(entities.createNativeQuery("""
        WITH awaiting AS (
          SELECT task.task_id, task.created_at FROM image_generation_tasks task
          WHERE task.reused_from = ?1 AND %s ORDER BY task.task_id FOR UPDATE)
        SELECT task_id FROM awaiting ORDER BY created_at, task_id""".formatted(AWAITS)).setParameter(1, first.value()).getResultList());
    if (!others.isEmpty()) {
      entities.createNativeQuery("""
          UPDATE image_generation_tasks task SET reused_from = nullif(?2, task_id) WHERE task.reused_from = ?1 AND %s"""
          .formatted(AWAITS))
          .setParameter(1, first.value()).setParameter(2, others.get(0).value()).executeUpdate();
      waiting.fire(new TaskWaiting(others.subList(0, 1)));
    }
  }

  /**
   * The picture of finished tasks is lost: nobody gets it again.
   *
   * @param png where it was in the store
   */
  @Transactional
  public void forget(RequestFingerprint fingerprint, String png) {
    entities.createNativeQuery("""
        UPDATE image_generation_tasks SET fingerprint = NULL WHERE task_id IN (
          SELECT task_id FROM image_generation_tasks WHERE fingerprint = ?1 AND status = 'success' AND relative_path = ?2
          ORDER BY task_id FOR UPDATE)""")
        .setParameter(1, fingerprint.hash()).setParameter(2, png).executeUpdate();
  }

  private static List<TaskId> ids(List<?> rows) {
    return rows.stream().map(row -> new TaskId((String) row)).toList();
  }
}

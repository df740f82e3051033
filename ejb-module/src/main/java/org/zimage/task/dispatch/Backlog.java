package org.zimage.task.dispatch;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import jakarta.transaction.Transactional;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zimage.api.json.Bodies;
import org.zimage.task.TaskId;

/** Reads the waiting tasks for those who send their messages. Thread-safe. */
@ApplicationScoped
public class Backlog {
  /** What one sweep looks at; the next one comes soon. */
  private static final int LIMIT = 1000;

  /** As many messages as {@link WorkQueue} reads. */
  private static final int DISPATCHED_LIMIT = 20_000;

  /** The priority of a client's first waiting task, JMS's highest. */
  private static final int FIRST = 9;

  private static final int LOWEST = 0;

  /** So many tasks before it leave a task nothing but the lowest priority. */
  private static final int COUNTED = 1 << (FIRST - 1);

  private static final String PLACES = """
      SELECT task.task_id, task.model, task.created_at, task.priority, batch.api_client_id
      FROM image_generation_tasks task JOIN image_generation_batches batch ON batch.id = task.batch_id
      WHERE task.status = 'pending' AND task.reused_from IS NULL\s""";

  /**
   * A line and its order, so that PostgreSQL can read only the index of lines. For an equal sign, and the order of time, it may choose
   * the index of all that wait, because it counts a client's finished tasks, too, when it guesses how soon it finds one.
   */
  private static final String OF_LINE = "client_line >= ?1 AND client_line <= ?1";
  private static final String ORDER_OF_LINE = "client_line, created_at, task_id";

  private final EntityManager entities;

  protected Backlog() {
    this(null);
  }

  @Inject
  public Backlog(EntityManager entities) {
    this.entities = entities;
  }

  /**
   * A message that a task needs.
   *
   * @param priority 0…9, as JMS counts
   * @param line in which the task waits
   */
  public record Undelivered(TaskId id, String model, int priority, Line line) { }

  /**
   * Those of a client's tasks that wait for the same workers. Each model has a line of its own: tasks whose model nobody serves hold up
   * none for another model.
   *
   * @param client null for callers without a name
   * @param model null for tasks that any worker may take
   */
  public record Line(String client, String model) {
    /** As a row has it. */
    String name() {
      return (client == null ? "" : client) + (model == null ? "" : "\n" + model);
    }
  }

  /**
   * Of these tasks, those that still wait. A task's priority falls with the number of tasks that wait before it in its line, from
   * {@value #FIRST} by one with every doubling; and it is at most that of those tasks, so that a client's tasks keep their order. Behind
   * {@value #COUNTED} it is the lowest, and no more are counted.
   */
  @Transactional
  public List<Undelivered> waiting(Collection<TaskId> ids) {
    List<?> rows = entities.createNativeQuery(PLACES + "AND task.task_id = ANY (string_to_array(?1, ','))")
        .setParameter(1, joined(ids)).getResultList();
    Map<Line, List<Place>> asked = rows.stream().map(row -> Place.of((Object[]) row)).collect(Collectors.groupingBy(Place::line));
    return asked.entrySet().stream().flatMap(own -> undelivered(own.getKey(), own.getValue()))
        .sorted(Comparator.comparing(Place::createdAt)).map(Place::toUndelivered).toList();
  }

  private Stream<Place> undelivered(Line line, List<Place> asked) {
    Timestamp first = asked.stream().map(Place::createdAt).min(Comparator.naturalOrder()).orElseThrow();
    return isLong(line, first) ? asked.stream().map(place -> place.withPriority(LOWEST)) : undelivered(asked, oldest(line));
  }

  /**
   * Whether so many tasks of the line wait before this moment that no more are counted. Looks into one index; tasks without a message
   * are not in it.
   */
  private boolean isLong(Line line, Timestamp moment) {
    return ((Number) entities.createNativeQuery("""
        SELECT count(*) FROM (
          SELECT FROM image_generation_tasks WHERE status = 'pending' AND %s AND created_at < ?2 ORDER BY %s LIMIT %d) before"""
        .formatted(OF_LINE, ORDER_OF_LINE, COUNTED)).setParameter(1, line.name()).setParameter(2, moment).getSingleResult()).intValue()
        == COUNTED;
  }

  /** A waiting task in the line of its client's. */
  private record Place(String id, String model, Timestamp createdAt, Integer priority, String client) {
    static Place of(Object[] row) {
      return new Place((String) row[0], (String) row[1], (Timestamp) row[2],
          row[3] == null ? null : ((Number) row[3]).intValue(), (String) row[4]);
    }

    Place withPriority(int next) {
      return new Place(id, model, createdAt, next, client);
    }

    Undelivered toUndelivered() {
      return new Undelivered(new TaskId(id), model, priority, line());
    }

    Line line() {
      return new Line(client, model);
    }
  }

  /**
   * The first of a line that have messages. One statement for each line, and into one index: for all lines together, or by the batches'
   * clients, PostgreSQL reads everything that waits.
   */
  private List<Place> oldest(Line line) {
    List<?> rows = entities.createNativeQuery("""
        SELECT task_id, CAST(?2 AS text), created_at, priority, CAST(?3 AS text) FROM image_generation_tasks
        WHERE status = 'pending' AND %s AND reused_from IS NULL ORDER BY %s LIMIT %d"""
        .formatted(OF_LINE, ORDER_OF_LINE, COUNTED)).setParameter(1, line.name()).setParameter(2, line.model())
        .setParameter(3, line.client()).getResultList();
    return rows.stream().map(row -> Place.of((Object[]) row)).toList();
  }

  /** Those that were asked for, with their next priorities. */
  private static Stream<Place> undelivered(List<Place> asked, List<Place> oldest) {
    Set<String> wanted = asked.stream().map(Place::id).collect(Collectors.toSet());
    List<Place> line = Stream.concat(oldest.stream(), asked.stream()).distinct()
        .sorted(Comparator.comparing(Place::createdAt).thenComparing(Place::id)).toList();
    List<Place> next = new ArrayList<>();
    Integer lowest = null;
    for (int ahead = 0; ahead < line.size(); ahead++) {
      Place place = line.get(ahead);
      if (wanted.contains(place.id())) {
        next.add(place.withPriority(priority(ahead, lowest)));
      }
      if (place.priority() != null && (lowest == null || place.priority() < lowest)) {
        lowest = place.priority();
      }
    }
    return next.stream();
  }

  private static int priority(long ahead, Integer lowest) {
    int doublings = Long.SIZE - Long.numberOfLeadingZeros(ahead);
    int own = Math.max(LOWEST, FIRST - doublings);
    return lowest == null ? own : Math.min(own, lowest);
  }

  /**
   * Notes that these messages were handed to the broker. This commit does not wait for the disk, where the worker's claim is
   * waiting behind it: what a database that dies forgets of it is only sent again. Rows are locked in the order of their ids, as
   * by whoever deletes a batch meanwhile.
   */
  @Transactional
  public void dispatched(Collection<Undelivered> messages) {
    List<Sent> sent =
        messages.stream().map(message -> new Sent(message.id().value(), message.priority(), message.line().name())).toList();
    entities.createNativeQuery("""
        WITH sent AS (
          SELECT * FROM json_to_recordset(CAST(?1 AS json)) AS sent (id text, priority integer, line text)),
        locked AS (
          SELECT task_id FROM image_generation_tasks WHERE task_id IN (SELECT id FROM sent) AND status = 'pending'
          ORDER BY task_id FOR UPDATE)
        UPDATE image_generation_tasks task
        SET dispatched_at = clock_timestamp(), priority = sent.priority, client_line = sent.line
        FROM sent JOIN locked ON locked.task_id = sent.id, set_config('synchronous_commit', 'off', true) relaxed
        WHERE task.task_id = locked.task_id""").setParameter(1, Bodies.text(sent)).executeUpdate();
  }

  private record Sent(String id, int priority, String line) { }

  /**
   * Waiting tasks whose messages have fallen behind, of some clients.
   *
   * @param last the client at which to go on with the next look; null when all clients were looked at
   */
  public record Overtaken(List<TaskId> tasks, String last) { }

  /**
   * Clients' oldest waiting tasks whose message has fallen behind: sent again it gets the highest priority, so that a
   * client with many tasks is not held up for ever by others with few. Reads one row of each client.
   *
   * @param after the client behind which to begin; null for the first
   */
  @Transactional
  public Overtaken overtaken(String after) {
    Query query = entities.createNativeQuery("""
        WITH RECURSIVE line AS (
          (SELECT client_line, task_id, priority, 1 AS number FROM image_generation_tasks
            WHERE status = 'pending' AND client_line IS NOT NULL %s
            ORDER BY client_line, created_at, task_id LIMIT 1)
          UNION ALL
          SELECT next.client_line, next.task_id, next.priority, line.number + 1 FROM line, LATERAL (
            SELECT client_line, task_id, priority FROM image_generation_tasks
            WHERE status = 'pending' AND client_line > line.client_line
            ORDER BY client_line, created_at, task_id LIMIT 1) next
          WHERE line.number < %d)
        SELECT client_line, task_id, priority FROM line""".formatted(after == null ? "" : "AND client_line > ?1", LIMIT));
    if (after != null) {
      query.setParameter(1, after);
    }
    List<?> rows = query.getResultList();
    List<Object[]> line = rows.stream().map(Object[].class::cast).toList();
    return new Overtaken(
        line.stream().filter(row -> ((Number) row[2]).intValue() < FIRST).flatMap(row -> id(row[1])).toList(),
        line.size() < LIMIT ? null : (String) line.get(LIMIT - 1)[0]);
  }

  /**
   * Waiting tasks for which no message was sent although they are some seconds old; or seem to come, because the clock of the
   * node that accepted them is wrong. Those that wait for an equal one's picture need none.
   */
  @Transactional
  public List<TaskId> undispatched(int seconds) {
    return ids("""
        SELECT task_id FROM image_generation_tasks
        WHERE status = 'pending' AND dispatched_at IS NULL AND reused_from IS NULL
          AND created_at NOT BETWEEN clock_timestamp() - CAST(?1 AS integer) * interval '1 second' AND clock_timestamp()
        ORDER BY created_at LIMIT %d""".formatted(LIMIT), seconds);
  }

  /** Whether a task waits whose message was sent some seconds ago. Reads one row. */
  @Transactional
  public boolean hasDispatchedBefore(int seconds) {
    return !dispatchedBefore(seconds, 1).isEmpty();
  }

  /** Waiting tasks whose message was sent some seconds ago. */
  @Transactional
  public List<TaskId> dispatchedBefore(int seconds) {
    return dispatchedBefore(seconds, DISPATCHED_LIMIT);
  }

  private List<TaskId> dispatchedBefore(int seconds, int limit) {
    return ids("""
        SELECT task_id FROM image_generation_tasks
        WHERE status = 'pending' AND dispatched_at < clock_timestamp() - CAST(?1 AS integer) * interval '1 second'
        ORDER BY dispatched_at LIMIT %d""".formatted(limit), seconds);
  }

  private List<TaskId> ids(String query, int seconds) {
    List<?> rows = entities.createNativeQuery(query).setParameter(1, seconds).getResultList();
    return rows.stream().flatMap(Backlog::id).toList();
  }

  /** None for a row of an older installation whose name is no task's: nobody could speak of it. */
  private static Stream<TaskId> id(Object column) {
    return TaskId.parse((String) column).stream();
  }

  private static String joined(Collection<TaskId> ids) {
    return ids.stream().map(TaskId::value).collect(Collectors.joining(","));
  }
}

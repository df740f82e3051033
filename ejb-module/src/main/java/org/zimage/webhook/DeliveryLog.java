package org.zimage.webhook;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.zimage.api.events.Deliveries.Delivery;
import org.zimage.api.events.WebhookEvent;
import org.zimage.api.json.Bodies;
import org.zimage.caller.Caller;
import org.zimage.resources.AlongIndexes;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.TasksChanged;
import org.zimage.task.view.Tasks;

/**
 * Outbox of webhook deliveries, and their log for 30 days. A delivery is committed with the change that it tells about. Thread-safe;
 * several nodes may deliver at the same time.
 */
@ApplicationScoped
public class DeliveryLog {
  /** A node that has taken a delivery and is not heard of again for so long has not made it. */
  private static final int CALLING_SECONDS = 60;
  /** A node that took too long writes nothing over the call of the next. */
  private static final String IS_MINE = " AND status = 'pending' AND attempts = ?5";
  private static final String KEPT = "interval '30 days'";

  private final EntityManager entities;
  private final Tasks tasks;
  private final Event<DeliveryAdded> added;
  private final Clock clock;

  protected DeliveryLog() {
    this(null, null, null, null);
  }

  @Inject
  public DeliveryLog(EntityManager entities, Tasks tasks, Event<DeliveryAdded> added, Clock clock) {
    this.entities = entities;
    this.tasks = tasks;
    this.added = added;
    this.clock = clock;
  }

  /** There is somebody to call once the transaction is committed. */
  record DeliveryAdded() { }

  /**
   * A delivery that this node has taken.
   *
   * @param client whose secret signs it; null for nobody's
   * @param url as it was stored, which may be no address that can be called
   * @param host whom the call is made to
   * @param attempts how often it was taken, this time included
   */
  record Taken(UUID id, String client, String url, String host, String body, int attempts) { }

  /**
   * Notes who wants to hear of a task, in the transaction that has made the task.
   *
   * @param client whose task it is; null for nobody's
   */
  @Transactional(TxType.MANDATORY)
  public void register(TaskId task, Webhook webhook, String client) {
    entities.createNativeQuery("INSERT INTO webhooks (task_id, url, events) VALUES (?1, ?2, ?3)")
        .setParameter(1, task.value()).setParameter(2, webhook.url().toString())
        .setParameter(3, webhook.events().stream().map(TaskState::word).collect(Collectors.joining(",")))
        .executeUpdate();
    if (webhook.events().contains(TaskState.PENDING)) {
      add(task, TaskState.PENDING, client, webhook.url().toString());
    }
  }

  void queue(@Observes TasksChanged changed) {
    // One that waits for another attempt was submitted long ago
    Map<String, TasksChanged.Change> changes = changed.tasks().stream().filter(change -> change.task().status() != TaskState.PENDING)
        .collect(Collectors.toMap(change -> change.task().taskId(), change -> change));
    if (changes.isEmpty()) {
      return;
    }
    List<?> wanted = entities.createNativeQuery("""
        SELECT webhook.task_id, url FROM webhooks webhook JOIN image_generation_tasks task ON task.task_id = webhook.task_id
        WHERE webhook.task_id = ANY (string_to_array(?1, ',')) AND task.status = ANY (string_to_array(events, ','))""")
        .setParameter(1, String.join(",", changes.keySet())).getResultList();
    for (Object[] row : wanted.stream().map(Object[].class::cast).toList()) {
      TasksChanged.Change change = changes.get((String) row[0]);
      add(new TaskId(change.task().taskId()), change.task().status(), change.client(), (String) row[1]);
    }
  }

  private void add(TaskId task, TaskState status, String client, String url) {
    String type = status.event();
    // As the administrator sees it: the owner's key is stored nowhere
    WebhookEvent body = new WebhookEvent(type, clock.instant(), tasks.find(task.value(), Caller.ANONYMOUS).status());
    entities.createNativeQuery(
        "INSERT INTO webhook_deliveries (id, task_id, client, url, type, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        .setParameter(1, UUID.randomUUID()).setParameter(2, task.value()).setParameter(3, client)
        .setParameter(4, url).setParameter(5, type).setParameter(6, Bodies.text(body)).executeUpdate();
    added.fire(new DeliveryAdded());
  }

  /**
   * Takes a delivery that is due, of one task and receiver only the first that is not over.
   *
   * @param busy hosts that are not to be called now
   */
  @Transactional
  Optional<Taken> take(Collection<String> busy) {
    AlongIndexes.read(entities);
    List<?> rows = entities.createNativeQuery("""
        UPDATE webhook_deliveries SET attempts = attempts + 1, due_at = clock_timestamp() + interval '%d seconds'
        WHERE id = (
          SELECT id FROM webhook_deliveries delivery
          WHERE status = 'pending' AND due_at <= clock_timestamp() AND NOT EXISTS (
            SELECT 1 FROM webhook_deliveries earlier WHERE earlier.task_id = delivery.task_id
              AND earlier.status = 'pending' AND earlier.number < delivery.number OFFSET 0)
            AND delivery.host <> ALL (string_to_array(?1, ' '))
          ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING id, client, url, host, body, attempts""".formatted(CALLING_SECONDS))
        .setParameter(1, String.join(" ", busy)).getResultList();
    return rows.stream().map(Object[].class::cast).map(row -> new Taken((UUID) row[0], (String) row[1],
        (String) row[2], (String) row[3], (String) row[4], ((Number) row[5]).intValue())).findFirst();
  }

  /** The receiver has it. */
  @Transactional
  void delivered(Taken delivery, int responseStatus) {
    finish(delivery, "delivered", responseStatus, null);
    // What comes next for the same receiver has waited for this
    added.fire(new DeliveryAdded());
  }

  /** The receiver does not get it. */
  @Transactional
  void givenUp(Taken delivery, Integer responseStatus, String error) {
    finish(delivery, "failed", responseStatus, error);
    added.fire(new DeliveryAdded());
  }

  private void finish(Taken delivery, String status, Integer responseStatus, String error) {
    entities.createNativeQuery("""
        UPDATE webhook_deliveries SET status = ?2, response_status = CAST(?3 AS integer), error = ?4,
          finished_at = clock_timestamp() WHERE id = ?1""" + IS_MINE)
        .setParameter(1, delivery.id()).setParameter(2, status).setParameter(3, text(responseStatus))
        .setParameter(4, error).setParameter(5, delivery.attempts()).executeUpdate();
    // The log of a task is shown with it, and holds its prompt
    entities.createNativeQuery("""
        DELETE FROM webhook_deliveries delivery WHERE id = ?1 AND status <> 'pending' AND NOT EXISTS (
          SELECT FROM image_generation_tasks task WHERE task.task_id = delivery.task_id)""")
        .setParameter(1, delivery.id()).executeUpdate();
  }

  /** The call failed; the next one is made after a while. */
  @Transactional
  void postpone(Taken delivery, long seconds, Integer responseStatus, String error) {
    entities.createNativeQuery("""
        UPDATE webhook_deliveries SET due_at = clock_timestamp() + CAST(?2 AS bigint) * interval '1 second',
          response_status = CAST(?3 AS integer), error = ?4 WHERE id = ?1""" + IS_MINE)
        .setParameter(1, delivery.id()).setParameter(2, seconds).setParameter(3, text(responseStatus))
        .setParameter(4, error).setParameter(5, delivery.attempts()).executeUpdate();
  }

  /**
   * Forgets all about tasks that are deleted in this transaction, also what is still to be told.
   *
   * @param tasks their ids
   */
  @Transactional(TxType.MANDATORY)
  public void forget(Collection<String> tasks) {
    entities.createNativeQuery("DELETE FROM webhook_deliveries WHERE task_id IN (SELECT json_array_elements_text(CAST(?1 AS json)))")
        .setParameter(1, Bodies.text(tasks)).executeUpdate();
  }

  /**
   * Forgets what was told about the tasks of a batch that is deleted in this transaction. What is still to be told, such as that they
   * were cancelled, is forgotten once it is.
   */
  @Transactional(TxType.MANDATORY)
  public void forgetTold(UUID batch) {
    entities.createNativeQuery("""
        DELETE FROM webhook_deliveries WHERE status <> 'pending' AND task_id IN (
          SELECT task_id FROM image_generation_tasks WHERE batch_id = ?1)""").setParameter(1, batch).executeUpdate();
  }

  /**
   * Forgets what is left of a client whose tasks are deleted, a portion at a time.
   *
   * @param until what was noted later stays
   * @return how many were forgotten; fewer than the limit when nothing is left
   */
  @Transactional(TxType.MANDATORY)
  public int forget(String client, Instant until, int limit) {
    return entities.createNativeQuery("""
        DELETE FROM webhook_deliveries WHERE id IN (
          SELECT id FROM webhook_deliveries delivery WHERE client = ?1 AND created_at <= ?2 AND NOT EXISTS (
            SELECT FROM image_generation_tasks task WHERE task.task_id = delivery.task_id)
          LIMIT %d)""".formatted(limit)).setParameter(1, client).setParameter(2, Timestamp.from(until)).executeUpdate();
  }

  /** Forgets what was over a month ago. */
  @Transactional
  public int forgetOld() {
    return entities.createNativeQuery("DELETE FROM webhook_deliveries WHERE status <> 'pending' "
        + "AND finished_at < clock_timestamp() - " + KEPT).executeUpdate();
  }

  /**
   * What was told about a task, or is still to be told, in that order.
   *
   * @param id any text
   * @throws org.zimage.task.TaskNotFound when there is no task of that name
   * @throws org.zimage.task.TaskNotAllowed when it is another client's
   */
  @Transactional
  public List<Delivery> of(String id, Caller caller) {
    List<?> rows = entities.createNativeQuery("""
        SELECT id, type, url, status, attempts, response_status, error, created_at,
          CASE WHEN status = 'pending' THEN due_at END, finished_at
        FROM webhook_deliveries WHERE task_id = ?1 ORDER BY number""")
        .setParameter(1, tasks.read(id, caller).taskId()).getResultList();
    return rows.stream().map(Object[].class::cast).map(DeliveryLog::delivery).toList();
  }

  private static Delivery delivery(Object[] row) {
    return new Delivery(row[0].toString(), (String) row[1], (String) row[2], (String) row[3], ((Number) row[4]).intValue(),
        (Integer) row[5], (String) row[6], instant(row[7]), instant(row[8]), instant(row[9]));
  }

  private static Instant instant(Object column) {
    return column == null ? null : ((Timestamp) column).toInstant();
  }

  private static String text(Integer number) {
    return number == null ? null : number.toString();
  }
}

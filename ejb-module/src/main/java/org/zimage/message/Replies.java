package org.zimage.message;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.zimage.api.GenerateImageResponse;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.json.Bodies;
import org.zimage.caller.Caller;
import org.zimage.error.Answer;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.TasksChanged;
import org.zimage.task.view.Tasks;

/**
 * Answers requests that came as messages: {@code accepted}, later {@code completed}, or {@code rejected}. Each answer
 * is in the outbox when the transaction that it tells about is committed. Thread-safe.
 */
@ApplicationScoped
public class Replies {
  /** Takes what can be neither handled nor answered, with the reason as a property. */
  public static final String DEAD_LETTERS = "zimage.dlq";

  private final EntityManager entities;
  private final Outbox outbox;
  private final Tasks tasks;

  protected Replies() {
    this(null, null, null);
  }

  @Inject
  public Replies(EntityManager entities, Outbox outbox, Tasks tasks) {
    this.entities = entities;
    this.outbox = outbox;
    this.tasks = tasks;
  }

  /**
   * The request is this task, new or known by its idempotency key; the same request again is not answered again. Of a
   * task that is over already the end is told at once.
   */
  @Transactional(TxType.MANDATORY)
  void accepted(TaskId task, ReturnAddress back) {
    if (back.destination() == null || !note(task, back)) {
      return;
    }
    add(back, "accepted", task, new GenerateImageResponse(task.value(), "/v1/tasks/" + task, null));
    if (lockStatus(task).isFinal()) {
      add(back, "completed", task, outcome(task));
    }
  }

  /** The message is no task, and will not be. Where nobody waits for the answer, it is kept for the operators. */
  @Transactional
  void rejected(Answer refusal, ReturnAddress back, String text) {
    boolean answered = back.destination() != null;
    Map<String, Object> properties = answered ? Map.of("status", refusal.status()) : Map.of("status", refusal.status(),
        "reason", StorableText.of(refusal.reason()), "message_id", back.request());
    Address destination = answered ? back.destination() : Address.queue(DEAD_LETTERS);
    outbox.add(List.of(new OutgoingMessage(UUID.randomUUID(), destination, back.request(), "rejected",
        back.correlationId(), properties, answered ? Bodies.text(refusal.body()) : text)));
  }

  void replyWhenOver(@Observes TasksChanged changed) {
    String ended = changed.tasks().stream().filter(change -> change.task().status().isFinal()).map(change -> change.task().taskId())
        .collect(Collectors.joining(","));
    if (ended.isEmpty()) {
      return;
    }
    List<?> rows = entities.createNativeQuery("""
        SELECT task_id, destination, correlation_id, request FROM reply_addresses
        WHERE task_id = ANY (string_to_array(?1, ','))""").setParameter(1, ended).getResultList();
    Map<TaskId, TaskStatusResponse> outcomes = new HashMap<>();
    outbox.add(rows.stream().map(Object[].class::cast).map(row -> {
      TaskId task = new TaskId((String) row[0]);
      ReturnAddress back = new ReturnAddress(Address.parse((String) row[1]), (String) row[2], (String) row[3]);
      return answer(back, "completed", task, outcomes.computeIfAbsent(task, this::outcome));
    }).toList());
  }

  /**
   * Whether this request is noted for the first time. One that its sender has sent again, because it lost its connection and its
   * temporary queue, is answered at the new one.
   */
  private boolean note(TaskId task, ReturnAddress back) {
    return entities.createNativeQuery("""
        INSERT INTO reply_addresses AS known (task_id, request, destination, correlation_id) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (task_id, request) DO UPDATE SET destination = excluded.destination, correlation_id = excluded.correlation_id
        WHERE known.destination <> excluded.destination""")
        .setParameter(1, task.value()).setParameter(2, back.request()).setParameter(3, back.destination().toString())
        .setParameter(4, back.correlationId()).executeUpdate() > 0;
  }

  /** Nobody ends the task until this transaction is over: either we see its end, or its end sees what we have noted. */
  private TaskState lockStatus(TaskId task) {
    Object word = entities.createNativeQuery("SELECT status FROM image_generation_tasks WHERE task_id = ?1 FOR SHARE")
        .setParameter(1, task.value()).getSingleResult();
    return TaskState.of((String) word);
  }

  /** As the administrator sees it: the owner's key is stored nowhere. */
  private TaskStatusResponse outcome(TaskId task) {
    return tasks.find(task.value(), Caller.ANONYMOUS).status();
  }

  private void add(ReturnAddress back, String type, TaskId task, Record body) {
    outbox.add(List.of(answer(back, type, task, body)));
  }

  private static OutgoingMessage answer(ReturnAddress back, String type, TaskId task, Record body) {
    return new OutgoingMessage(UUID.randomUUID(), back.destination(), back.request(), type, back.correlationId(),
        Map.of("task_id", task.value()), Bodies.text(body));
  }
}

package org.zimage.task.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.arjuna.ats.jta.UserTransaction;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class FairShareTest {
  private static final long PATIENCE_MILLIS = 10_000;

  private final Database database = new Database();
  private final Submission submission = Platform.bean(Submission.class);
  private final Backlog backlog = Platform.bean(Backlog.class);
  private Caller busy;
  private Caller other;

  @BeforeEach
  void twoClients() {
    busy = Platform.bean(Callers.class).identify("client-key-1", Origin.NODE);
    other = Platform.bean(Callers.class).identify("client-key-2", Origin.NODE);
  }

  /** Messages of other tests speak of tasks that are gone. */
  @BeforeEach
  void emptyQueue() {
    try (JMSContext context = Platform.servers().connectionFactory().createContext();
        JMSConsumer consumer = context.createConsumer(context.createQueue(WorkQueue.NAME))) {
      while (consumer.receive(500) != null) {
        continue;
      }
    }
  }

  @Test
  void aClientsFirstTaskIsNotHeldUpByTwoHundredOfAnother() {
    List<TaskId> many = IntStream.range(0, 200).mapToObj(i -> submit(busy)).toList();
    TaskId first = submit(other);
    awaitDispatched();

    List<TaskId> order = received(201);

    assertThat(order.indexOf(first)).as("place in the queue").isLessThanOrEqualTo(1);
    order.remove(first);
    assertThat(order).as("the busy client's own order").isEqualTo(many);
  }

  @Test
  void tasksForAModelThatNobodyServesHoldUpNoneForAnotherModelOfTheSameClient() {
    List<TaskId> waiting = IntStream.range(0, 20).mapToObj(i -> submit(busy, "gone")).toList();
    TaskId another = submit(busy, "served");
    awaitDispatched();

    assertThat(database.task(waiting.get(19))).containsEntry("priority", 4);
    assertThat(database.task(another)).containsEntry("priority", 9);
  }

  @Test
  void behindTwoHundredAndFiftySixTasksOfItsClientATaskHasTheLowestPriority() {
    List<TaskId> many = IntStream.range(0, 257).mapToObj(i -> submit(busy)).toList();
    awaitDispatched();

    assertThat(backlog.waiting(List.of(submit(busy), many.get(255), many.get(256), many.get(0)))).extracting(Backlog.Undelivered::priority)
        .containsExactly(9, 1, 0, 0);
    assertThat(backlog.waiting(List.of(many.get(256)))).extracting(Backlog.Undelivered::priority).containsExactly(0);
    assertThat(backlog.waiting(List.of(many.get(255)))).extracting(Backlog.Undelivered::priority).containsExactly(1);
  }

  /** What a message costs does not grow with what others have waiting. */
  @Test
  void theBacklogOfOneClientIsNotReadForAnother() throws Exception {
    insert(1, 10_000, busy, "pending");
    insert(10_001, 20_000, other, "success");
    database.execute("ANALYZE image_generation_tasks, image_generation_batches");
    TaskId first = submit(other);
    awaitDispatched();
    EntityManager entities = Platform.bean(EntityManager.class);

    UserTransaction.userTransaction().begin();
    try {
      backlog.waiting(List.of(first));

      Number read = (Number) entities.createNativeQuery("""
          SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables
          WHERE relname IN ('image_generation_tasks', 'image_generation_batches')""").getSingleResult();
      assertThat(read.intValue()).as("rows read").isLessThan(20);
    } finally {
      UserTransaction.userTransaction().rollback();
    }
  }

  @Test
  void aClientsTasksKeepTheirOrderWhileItsBacklogShrinks() {
    List<TaskId> tasks = new ArrayList<>(IntStream.range(0, 20).mapToObj(i -> submit(busy)).toList());
    awaitDispatched();
    List<TaskId> order = received(15);
    order.forEach(id -> Platform.bean(TaskLedger.class).claim(id, "worker"));
    IntStream.range(0, 3).forEach(i -> tasks.add(submit(busy)));
    awaitDispatched();

    order.addAll(received(8));

    assertThat(order).isEqualTo(tasks);
  }

  @Test
  void theOldestTaskOfEveryClientGetsToTheFrontInTheEnd() {
    List<TaskId> many = IntStream.range(0, 40).mapToObj(i -> submit(busy)).toList();
    awaitDispatched();
    many.subList(0, 30).forEach(id -> Platform.bean(TaskLedger.class).claim(id, "worker"));

    TaskId first = submit(other);
    awaitDispatched();

    assertThat(backlog.overtaken(null)).isEqualTo(new Backlog.Overtaken(List.of(many.get(30)), null));
    List<Backlog.Undelivered> again = backlog.waiting(List.of(many.get(30), first));
    assertThat(again).extracting(Backlog.Undelivered::priority).containsExactly(9, 9);
    backlog.dispatched(again);
    assertThat(backlog.overtaken(null).tasks()).isEmpty();
  }

  @Test
  void moreClientsThanOneLookTakesAreLookedAtOneAfterTheOther() {
    database.execute("""
        INSERT INTO image_generation_batches (id, prompt, width, height, num_inference_steps, guidance_scale)
        VALUES ('00000000-0000-0000-0000-000000000001', 'a', 64, 64, 1, 1)""");
    database.execute("""
        INSERT INTO image_generation_tasks (task_id, batch_id, prompt, width, height, num_inference_steps, guidance_scale,
          dispatched_at, priority, client_line)
        SELECT 'task-' || number, '00000000-0000-0000-0000-000000000001', 'a', 64, 64, 1, 1, now(), 0, lpad('' || number, 4, '0')
        FROM generate_series(1, 1500) number""");

    Backlog.Overtaken first = backlog.overtaken(null);
    Backlog.Overtaken second = backlog.overtaken(first.last());

    assertThat(first.tasks()).hasSize(1000);
    assertThat(first.last()).isEqualTo("1000");
    assertThat(second.tasks()).hasSize(500).first().isEqualTo(new TaskId("task-1001"));
    assertThat(second.last()).isNull();
  }

  private void insert(int from, int to, Caller client, String status) {
    database.execute("""
        INSERT INTO image_generation_batches (id, api_client_id, prompt, width, height, num_inference_steps, guidance_scale)
        SELECT CAST(lpad('' || number, 32, '0') AS uuid), '%s', 'a', 64, 64, 1, 1 FROM generate_series(%d, %d) number"""
        .formatted(client.clientId(), from, to));
    database.execute("""
        INSERT INTO image_generation_tasks (task_id, batch_id, prompt, width, height, num_inference_steps, guidance_scale,
          dispatched_at, priority, client_line, status)
        SELECT 'task-' || number, CAST(lpad('' || number, 32, '0') AS uuid), 'a', 64, 64, 1, 1, now(), 0, '%s', '%s'
        FROM generate_series(%d, %d) number""".formatted(client.clientId(), status, from, to));
  }

  private TaskId submit(Caller client) {
    return submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), client, null);
  }

  /** While no worker is there, any model may be named. */
  private TaskId submit(Caller client, String model) {
    return submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\", \"model\": \"" + model + "\"}"), client, null);
  }

  private void awaitDispatched() {
    await().until(() -> database.number(
        "SELECT count(*) FROM image_generation_tasks WHERE status = 'pending' AND dispatched_at IS NULL") == 0);
  }

  private static List<TaskId> received(int count) {
    List<TaskId> ids = new ArrayList<>();
    try (JMSContext context = Platform.servers().connectionFactory().createContext();
        JMSConsumer consumer = context.createConsumer(context.createQueue(WorkQueue.NAME))) {
      for (int i = 0; i < count; i++) {
        ids.add(new TaskId(consumer.receiveBody(String.class, PATIENCE_MILLIS)));
      }
    }
    return ids;
  }
}

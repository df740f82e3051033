package org.zimage.task.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.caller.Caller;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.system.Workers;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class DispatcherTest {
  private static final long RECEIVE_MILLIS = 10_000;

  private final Database database = new Database();
  private final Submission submission = Platform.bean(Submission.class);

  @Test
  void anAcceptedTaskHasAPersistentMessageWithItsIdAndModel() throws Exception {
    Platform.bean(Workers.class).seen("worker-1", "nano", null, null);
    try (JMSContext context = Platform.servers().connectionFactory().createContext();
        JMSConsumer consumer = context.createConsumer(context.createQueue(WorkQueue.NAME), "model = 'nano'")) {
      TaskId id = submission.submit(
          GenerationRequest.parse("{\"prompt\": \"a cat\", \"model\": \"nano\"}"), Caller.ANONYMOUS, null);

      Message message = consumer.receive(RECEIVE_MILLIS);

      assertThat(WorkQueue.read(message)).contains(id);
      assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
      await().until(() -> database.task(id).get("dispatched_at") != null);
    }
  }

  @Test
  void aRolledBackSubmissionSendsNothing() throws Exception {
    AtomicReference<TaskId> undone = new AtomicReference<>();
    assertThatThrownBy(() -> submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null,
        task -> {
          undone.set(task);
          throw new IllegalStateException("rolled back");
        })).hasMessage("rolled back");

    TaskId accepted = submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);

    assertThat(received(Duration.ofSeconds(5), accepted)).contains(accepted).doesNotContain(undone.get());
    assertThat(database.rows("SELECT task_id FROM image_generation_tasks")).hasSize(1);
  }

  @Test
  void withTheBrokerAwayTasksAreAcceptedAtOnceAndSentWhenItIsBack() throws Exception {
    CountDownLatch refused = new CountDownLatch(1);
    Logger log = Logger.getLogger(Dispatcher.class.getName());
    Handler listener = new StreamHandler() {
      @Override
      public void publish(LogRecord message) {
        refused.countDown();
      }
    };
    log.addHandler(listener);
    Platform.servers().stopBroker();
    List<TaskId> ids;
    long started = System.nanoTime();
    try {
      ids = IntStream.range(0, 20).mapToObj(
          i -> submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null)).toList();
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
      assertThat(database.number("SELECT count(*) FROM image_generation_tasks WHERE dispatched_at IS NULL")).isEqualTo(20);
      assertThat(refused.await(30, TimeUnit.SECONDS)).as("a message could not be sent").isTrue();
    } finally {
      log.removeHandler(listener);
      Platform.servers().startBroker();
    }

    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
        database.number("SELECT count(*) FROM image_generation_tasks WHERE dispatched_at IS NULL")).isZero());
    assertThat(new HashSet<>(received(Duration.ofSeconds(5), ids.toArray(TaskId[]::new)))).containsAll(ids);
  }

  @Test
  void aTaskThatWasCancelledBeforeItsTurnIsNotSent() {
    TaskId cancelled = submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);
    await().until(() -> database.task(cancelled).get("dispatched_at") != null);
    Platform.bean(TaskLedger.class).cancelWaiting(cancelled);
    received(Duration.ofSeconds(5), cancelled);

    Platform.bean(Dispatcher.class).offer(List.of(cancelled));
    TaskId next = submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);

    assertThat(received(Duration.ofSeconds(5), next)).containsExactly(next);
  }

  /** What comes from the queue until all of these have come, or nothing comes for a while. */
  private static List<TaskId> received(Duration patience, TaskId... expected) {
    Set<TaskId> missing = new HashSet<>(Set.of(expected));
    List<TaskId> ids = new ArrayList<>();
    try (JMSContext context = Platform.servers().connectionFactory().createContext();
        JMSConsumer consumer = context.createConsumer(context.createQueue(WorkQueue.NAME))) {
      do {
        String body = consumer.receiveBody(String.class, patience.toMillis());
        if (body == null) {
          return ids;
        }
        ids.add(new TaskId(body));
        missing.remove(new TaskId(body));
      } while (!missing.isEmpty());
      return ids;
    }
  }
}

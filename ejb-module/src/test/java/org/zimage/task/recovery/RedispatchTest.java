package org.zimage.task.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSContext;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.activemq.artemis.core.security.CheckType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.broker.BrokerWatch;
import org.zimage.caller.Caller;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.dispatch.WorkQueue;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.lifecycle.Turns;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class RedispatchTest {
  private final Database database = new Database();
  private final Submission submission = Platform.bean(Submission.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final Redispatch redispatch = Platform.bean(Redispatch.class);
  private final LostMessages lostMessages = Platform.bean(LostMessages.class);
  private final WorkQueue queue = Platform.bean(WorkQueue.class);

  /** Whatever other tests left in the queue. */
  @BeforeEach
  void beginAfresh() {
    drainQueue();
  }

  @Test
  void aTaskWhoseWorkerVanishedIsDispatchedAgain() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    ledger.claim(id, "worker");
    drainQueue();
    database.execute("UPDATE image_generation_tasks SET lease_until = now() - interval '1 second'");
    database.seenWithoutABreak();

    Platform.bean(LeaseExpiry.class).run();

    assertThat(ledger.status(id)).contains(TaskState.PENDING);
    awaitMessage(id);
  }

  @Test
  void aTaskThatWasNeverDispatchedIsDispatchedAfterSomeSeconds() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    drainQueue();
    database.execute("UPDATE image_generation_tasks SET dispatched_at = NULL, created_at = now() - interval '6 seconds'");

    redispatch.run();

    awaitMessage(id);
  }

  @Test
  void aTaskOfANodeWhoseClockIsAnHourAheadIsDispatchedAllTheSame() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    drainQueue();
    database.execute("UPDATE image_generation_tasks SET dispatched_at = NULL, created_at = now() + interval '1 hour'");

    redispatch.run();

    awaitMessage(id);
  }

  @Test
  void aTaskWhoseMessageIsNotInTheQueueAnyMoreIsDispatchedAgain() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    drainQueue();
    database.execute("UPDATE image_generation_tasks SET dispatched_at = now() - interval '31 seconds'");

    lostMessages.run();

    awaitMessage(id);
  }

  @Test
  void aTaskWhoseMessageIsStillInTheQueueIsNotDispatchedAgain() throws SQLException {
    TaskId id = submitAndWaitForItsMessage();
    database.execute("UPDATE image_generation_tasks SET dispatched_at = now() - interval '31 seconds'");

    lostMessages.run();
    // The dispatcher works in order: once a later task has its message, the earlier one has been dealt with
    submitAndWaitForItsMessage();

    assertThat(countMessages(id)).isOne();
  }

  @Test
  void aTaskWhoseMessageIsLostIsDispatchedAgainWhereNobodyMaySeeThat() throws SQLException {
    BrokerWatch broker = Platform.bean(BrokerWatch.class);
    TaskId id = submitAndWaitForItsMessage();
    drainQueue();
    Platform.servers().forbid(CheckType.BROWSE, WorkQueue.NAME);
    try {
      database.execute("UPDATE image_generation_tasks SET dispatched_at = now() - interval '599 seconds'");
      lostMessages.run();
      assertThat(broker.troubles()).containsExactly("permission browse is missing for zimage.generate");
      database.execute("UPDATE image_generation_tasks SET dispatched_at = now() - interval '601 seconds'");
      database.execute("DELETE FROM chores"); // it is its turn again
      lostMessages.run();
      await().until(() -> countMessages(id) == 1);
    } finally {
      Platform.servers().permit(WorkQueue.NAME);
    }
    queue.content();
    assertThat(broker.troubles()).isEmpty();
  }

  @Test
  void ofTwoNodesThatAskAtTheSameTimeOneHasTheTurn() throws Exception {
    Turns turns = Platform.bean(Turns.class);
    ExecutorService nodes = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> answers = nodes.invokeAll(Collections.nCopies(8, () -> turns.take(Turns.Chore.DISPATCHING)));
      int taken = 0;
      for (Future<Boolean> answer : answers) {
        taken += answer.get() ? 1 : 0;
      }
      assertThat(taken).isOne();
    } finally {
      nodes.shutdownNow();
    }
    await().until(() -> turns.take(Turns.Chore.DISPATCHING));
  }

  private TaskId submitAndWaitForItsMessage() {
    TaskId id = submission.submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);
    awaitMessage(id);
    await().until(() -> database.task(id).get("dispatched_at") != null);
    return id;
  }

  private void awaitMessage(TaskId id) {
    await().untilAsserted(() -> assertThat(queue.content().orElse(Set.of())).contains(id));
  }

  private static void drainQueue() {
    try (JMSContext context = Platform.servers().connectionFactory().createContext()) {
      try (var consumer = context.createConsumer(context.createQueue(WorkQueue.NAME))) {
        while (consumer.receiveNoWait() != null) {
          // Each is gone with its receipt
        }
      }
    }
  }

  private static int countMessages(TaskId id) {
    int count = 0;
    try (JMSContext context = Platform.servers().connectionFactory().createContext();
        var consumer = context.createConsumer(context.createQueue(WorkQueue.NAME))) {
      for (String body = consumer.receiveBodyNoWait(String.class); body != null;
          body = consumer.receiveBodyNoWait(String.class)) {
        count += body.equals(id.value()) ? 1 : 0;
      }
    }
    return count;
  }
}

package org.zimage.start;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.logging.Logger;
import org.zimage.message.Attempts;
import org.zimage.metrics.SystemMetrics;
import org.zimage.system.Workers;
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.lifecycle.Turns;
import org.zimage.task.recovery.LeftBehind;
import org.zimage.task.submission.IdempotencyKeys;
import org.zimage.webhook.DeliveryLog;

/** Deletes rows whose time is over, and fails tasks that no worker can make. Thread-safe. */
@ApplicationScoped
public class Forgetting {
  private static final Logger LOG = Logger.getLogger(Forgetting.class.getName());

  private final Turns turns;
  private final LeftBehind leftBehind;
  private final TaskLedger ledger;
  private final IdempotencyKeys idempotencyKeys;
  private final Workers workers;
  private final DeliveryLog webhooks;
  private final Attempts messages;
  private final SystemMetrics metrics;

  protected Forgetting() {
    this(null, null, null, null, null, null, null, null);
  }

  @Inject
  public Forgetting(Turns turns, LeftBehind leftBehind, TaskLedger ledger, IdempotencyKeys idempotencyKeys, Workers workers,
      DeliveryLog webhooks, Attempts messages, SystemMetrics metrics) {
    this.turns = turns;
    this.leftBehind = leftBehind;
    this.ledger = ledger;
    this.idempotencyKeys = idempotencyKeys;
    this.workers = workers;
    this.webhooks = webhooks;
    this.messages = messages;
    this.metrics = metrics;
  }

  /**
   * Forgets what is old, once an hour, if it is this node's turn.
   *
   * @throws SQLException when the database cannot be reached
   */
  public void run() throws SQLException {
    if (turns.take(Turns.Chore.FORGETTING)) {
      // Before the workers are forgotten that would have served them
      leftBehind.unservedTasks().forEach(this::giveUp);
      idempotencyKeys.forgetOld();
      workers.forgetOld();
      webhooks.forgetOld();
      messages.forgetOld();
    }
  }

  private void giveUp(LeftBehind.UnservedTask task) {
    if (ledger.giveUpUnserved(task.id(), task.model())) {
      metrics.ended(TaskState.ERROR);
      LOG.warning(() -> "Task " + task.id() + " failed: no worker has served the model " + task.model() + " for a day");
    }
  }
}

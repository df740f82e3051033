package org.zimage.task.recovery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.error.Outage;
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.LeaseExpired;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.lifecycle.Turns;

/** Takes tasks back from workers that have stopped renewing their leases. Thread-safe. */
@ApplicationScoped
public class LeaseExpiry {
  private static final Logger LOG = Logger.getLogger(LeaseExpiry.class.getName());

  private static final int TRIES = 3;

  private final Turns turns;
  private final LeftBehind leftBehind;
  private final TaskLedger ledger;
  private final Event<LeaseExpired> expiries;
  /** Looks at which a claim could not be taken back, for a reason that is its own. */
  private final Map<Claim, Integer> failures = new ConcurrentHashMap<>();

  protected LeaseExpiry() {
    this(null, null, null, null);
  }

  @Inject
  public LeaseExpiry(Turns turns, LeftBehind leftBehind, TaskLedger ledger, Event<LeaseExpired> expiries) {
    this.turns = turns;
    this.leftBehind = leftBehind;
    this.ledger = ledger;
    this.expiries = expiries;
  }

  /**
   * Looks once, if it is this node's turn.
   *
   * @throws SQLException when the database cannot be reached
   */
  public void run() throws SQLException {
    if (turns.take(Turns.Chore.LEASES)) {
      List<LeftBehind.EndedLease> expired = leftBehind.endedLeases();
      failures.keySet().retainAll(expired.stream().map(LeftBehind.EndedLease::claim).toList());
      for (LeftBehind.EndedLease lost : expired) {
        expire(lost.claim()).ifPresent(status -> log(lost, status));
      }
    }
  }

  /** What is wrong with one task does not keep the others waiting. */
  private Optional<TaskState> expire(Claim claim) {
    try {
      return ledger.expire(claim);
    } catch (RuntimeException failure) {
      if (Outage.isCauseOf(failure)) {
        throw failure;
      }
      return failures.merge(claim, 1, Integer::sum) < TRIES ? Optional.empty() : giveUp(claim, failure);
    }
  }

  private Optional<TaskState> giveUp(Claim claim, RuntimeException failure) {
    LOG.log(Level.SEVERE, "Task " + claim + " failed: its worker was lost, and its row cannot be read", failure);
    return ledger.giveUpUnreadable(claim.id()) ? Optional.of(TaskState.ERROR) : Optional.empty();
  }

  private void log(LeftBehind.EndedLease lost, TaskState status) {
    LOG.warning(() -> "Task " + lost.claim() + ": its worker " + lost.worker() + " has not renewed the lease for "
        + TaskLedger.LEASE_SECONDS + " s, in which the database could be reached from here; now " + status.word());
    expiries.fire(new LeaseExpired(lost.claim(), status));
  }
}

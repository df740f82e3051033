package org.zimage.task.removal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.logging.Logger;
import org.zimage.settings.Settings;
import org.zimage.task.lifecycle.Turns;

/** Deletes the rows of tasks whose time is over, and those of clients that are to be removed. Thread-safe. */
@ApplicationScoped
public class Ends {
  private static final Logger LOG = Logger.getLogger(Ends.class.getName());
  /** What takes longer goes on in another turn, which may be another node's; neither clients nor tasks wait for the others. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final Turns turns;
  private final ExpiredTasks expired;
  private final ClientRemovals clients;
  private final ClientData clientData;
  private final Settings settings;
  private final Clock clock;
  private final Event<TasksRemoved> removed;

  protected Ends() {
    this(null, null, null, null, null, null, null);
  }

  @Inject
  public Ends(Turns turns, ExpiredTasks expired, ClientRemovals clients, ClientData clientData, Settings settings, Clock clock,
      Event<TasksRemoved> removed) {
    this.turns = turns;
    this.expired = expired;
    this.clients = clients;
    this.clientData = clientData;
    this.settings = settings;
    this.clock = clock;
    this.removed = removed;
  }

  /**
   * Deletes what there is, one portion after the other, if it is this node's turn.
   *
   * @throws SQLException when the database cannot be reached
   */
  public void run() throws SQLException {
    if (!turns.take(Turns.Chore.ENDS)) {
      return;
    }
    long end = end();
    for (ClientRemovals.Open request : clients.open()) {
      remove(request, end);
    }
    clients.finish();
    removeAll(expired::removeExpired, end());
    Optional<Instant> cutoff = settings.retention().cutoff(clock.instant());
    cutoff.ifPresent(moment -> removeAll(() -> expired.removeEnded(moment), end()));
  }

  private static long end() {
    return System.nanoTime() + LONGEST.toNanos();
  }

  private void removeAll(IntSupplier portion, long end) {
    int sum = 0;
    for (int count = portion.getAsInt(); count > 0; count = System.nanoTime() < end ? portion.getAsInt() : 0) {
      sum += count;
      removed.fire(new TasksRemoved(count));
    }
    if (sum > 0) {
      LOG.info(sum + " tasks whose time was over were removed");
    }
  }

  private void remove(ClientRemovals.Open request, long end) {
    while (System.nanoTime() < end && clientData.cancelOne(request)) {
      // One batch after the other
    }
    boolean more = true;
    while (more && System.nanoTime() < end) {
      more = clientData.removeSome(request);
    }
    if (!more) {
      clientData.close(request);
    }
  }
}

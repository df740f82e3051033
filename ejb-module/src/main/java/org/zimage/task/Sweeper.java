package org.zimage.task;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.jms.JMSRuntimeException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.zimage.image.ImageStore;
import org.zimage.image.StorageFailed;
import org.zimage.metrics.SystemMetrics;
import org.zimage.system.Workers;
import org.zimage.webhook.Deliveries;

/**
 * Finds what was left behind: tasks whose worker vanished, and tasks that no message speaks of. Of all nodes one sweeps
 * at a time; which one does not matter.
 */
@ApplicationScoped
public class Sweeper {
  private static final Logger LOG = Logger.getLogger(Sweeper.class.getName());

  /** The lock that the sweeping node holds: "sweep" in ASCII. */
  private static final long LOCK = 0x7377656570L;

  /** A dispatcher that is well has sent its message long before. */
  private static final int UNDISPATCHED_SECONDS = 5;

  /** A message that is not in the queue any more, of a task that still waits after this time, is lost. */
  private static final int LOST_MESSAGE_SECONDS = 30;

  private static final Duration BROWSE_PAUSE = Duration.ofSeconds(30);
  private static final Duration FORGET_PAUSE = Duration.ofHours(1);

  private final DataSource dataSource;
  private final Backlog backlog;
  private final TaskLedger ledger;
  private final Dispatcher dispatcher;
  private final WorkQueue queue;
  private final IdempotencyKeys idempotencyKeys;
  private final Workers workers;
  private final Deliveries webhooks;
  private final ImageStore images;
  private final SystemMetrics metrics;
  private final Clock clock;
  private Instant nextBrowse = Instant.EPOCH;
  private Instant nextForgetting = Instant.EPOCH;

  protected Sweeper() {
    this(null, null, null, null, null, null, null, null, null, null, null);
  }

  @Inject
  public Sweeper(DataSource dataSource, Backlog backlog, TaskLedger ledger, Dispatcher dispatcher, WorkQueue queue,
      IdempotencyKeys idempotencyKeys, Workers workers, Deliveries webhooks, ImageStore images, SystemMetrics metrics,
      Clock clock) {
    this.dataSource = dataSource;
    this.backlog = backlog;
    this.ledger = ledger;
    this.dispatcher = dispatcher;
    this.queue = queue;
    this.idempotencyKeys = idempotencyKeys;
    this.workers = workers;
    this.webhooks = webhooks;
    this.images = images;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Sweeps once, unless another node does at this moment.
   *
   * @return whether this node swept
   * @throws SQLException when the database cannot be reached
   */
  public synchronized boolean sweep() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      if (!call(connection, "SELECT pg_try_advisory_lock(?)")) {
        return false;
      }
      try {
        expireLeases();
        dispatcher.offer(backlog.undispatched(UNDISPATCHED_SECONDS));
        dispatcher.offer(backlog.overtaken());
        findLostMessages();
        removeAbandonedPictures();
        forget();
        return true;
      } finally {
        call(connection, "SELECT pg_advisory_unlock(?)");
      }
    }
  }

  private void expireLeases() {
    for (Claim claim : backlog.expired()) {
      ledger.expire(claim).ifPresent(status -> expired(claim, status));
    }
  }

  private void expired(Claim claim, TaskStatus status) {
    LOG.warning(() -> "Task " + claim + ": its worker stopped renewing the lease; now " + status.word());
    metrics.leaseLost();
    if (status.isFinal()) {
      metrics.ended(status);
    } else {
      metrics.repeated();
    }
  }

  private void findLostMessages() {
    Instant now = clock.instant();
    if (now.isBefore(nextBrowse)) {
      return;
    }
    List<TaskId> suspects = backlog.dispatchedBefore(LOST_MESSAGE_SECONDS);
    if (suspects.isEmpty()) {
      return;
    }
    nextBrowse = now.plus(BROWSE_PAUSE);
    try {
      Optional<Set<TaskId>> queued = queue.content();
      queued.ifPresent(present -> dispatcher.offer(suspects.stream().filter(id -> !present.contains(id)).toList()));
    } catch (JMSRuntimeException e) {
      LOG.log(Level.FINE, "The queue cannot be read at the moment", e);
    }
  }

  /** What a store does not give up now, it will later. */
  private void removeAbandonedPictures() {
    for (Backlog.AbandonedPicture picture : backlog.abandonedPictures()) {
      try {
        images.discard(picture.imageId(), picture.made());
        backlog.forget(picture);
      } catch (StorageFailed storeAway) {
        LOG.log(Level.FINE, "The files of the unfinished picture " + picture.imageId() + " cannot be removed yet",
            storeAway);
        return;
      }
    }
  }

  private void forget() {
    Instant now = clock.instant();
    if (!now.isBefore(nextForgetting)) {
      nextForgetting = now.plus(FORGET_PAUSE);
      idempotencyKeys.forgetOld();
      workers.forgetOld();
      webhooks.forgetOld();
    }
  }

  private static boolean call(Connection connection, String function) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(function)) {
      statement.setLong(1, LOCK);
      try (ResultSet result = statement.executeQuery()) {
        return result.next() && result.getBoolean(1);
      }
    }
  }
}

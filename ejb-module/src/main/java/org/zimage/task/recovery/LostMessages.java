package org.zimage.task.recovery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityRuntimeException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.task.TaskId;
import org.zimage.task.dispatch.Backlog;
import org.zimage.task.dispatch.Dispatcher;
import org.zimage.task.dispatch.WorkQueue;
import org.zimage.task.lifecycle.Turns;

/** Finds waiting tasks whose message the broker has lost, and has it sent again. Thread-safe. */
@ApplicationScoped
public class LostMessages {
  private static final Logger LOG = Logger.getLogger(LostMessages.class.getName());

  /** A message that is not in the queue any more, of a task that still waits after this time, is lost. */
  private static final int LOST_SECONDS = 30;
  /**
   * The same where the broker does not let us read the queue. Most messages that are sent again then are still there, too, and
   * their workers find nothing to do.
   */
  private static final int LOST_UNSEEN_SECONDS = 600;

  private final Turns turns;
  private final Backlog backlog;
  private final Dispatcher dispatcher;
  private final WorkQueue queue;

  protected LostMessages() {
    this(null, null, null, null);
  }

  @Inject
  public LostMessages(Turns turns, Backlog backlog, Dispatcher dispatcher, WorkQueue queue) {
    this.turns = turns;
    this.backlog = backlog;
    this.dispatcher = dispatcher;
    this.queue = queue;
  }

  /**
   * Looks once, if a message may be lost and it is this node's turn to read the queue.
   *
   * @throws SQLException when the database cannot be reached
   */
  public void run() throws SQLException {
    // Of a long backlog all suspects are read in this node's turn only
    if (!backlog.hasDispatchedBefore(LOST_SECONDS) || !turns.take(Turns.Chore.LOST_MESSAGES)) {
      return;
    }
    List<TaskId> suspects = backlog.dispatchedBefore(LOST_SECONDS);
    try {
      Optional<Set<TaskId>> queued = queue.content();
      queued.ifPresent(present -> dispatcher.offer(suspects.stream().filter(id -> !present.contains(id)).toList()));
    } catch (JMSSecurityRuntimeException notAllowed) {
      dispatcher.offer(backlog.dispatchedBefore(LOST_UNSEEN_SECONDS));
    } catch (JMSRuntimeException e) {
      LOG.log(Level.FINE, "The queue cannot be read at the moment", e);
    }
  }
}

package org.zimage.task.recovery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import org.zimage.task.dispatch.Backlog;
import org.zimage.task.dispatch.Dispatcher;
import org.zimage.task.lifecycle.Turns;
import org.zimage.task.reuse.EqualTasks;
import org.zimage.task.reuse.Heirs;

/**
 * Has messages sent for waiting tasks that have none, or whose message has fallen behind newer ones, and pictures given to those that wait
 * in vain for an equal task. Thread-safe.
 */
@ApplicationScoped
public class Redispatch {
  /** A dispatcher that is well has sent its message long before. */
  private static final int UNDISPATCHED_SECONDS = 5;

  private final Turns turns;
  private final Backlog backlog;
  private final Dispatcher dispatcher;
  private final EqualTasks equalTasks;
  private final Heirs heirs;
  /** The client behind which the next look for overtaken tasks begins; null for the first. */
  private volatile String lastClient;

  protected Redispatch() {
    this(null, null, null, null, null);
  }

  @Inject
  public Redispatch(Turns turns, Backlog backlog, Dispatcher dispatcher, EqualTasks equalTasks, Heirs heirs) {
    this.turns = turns;
    this.backlog = backlog;
    this.dispatcher = dispatcher;
    this.equalTasks = equalTasks;
    this.heirs = heirs;
  }

  /**
   * Looks once, if it is this node's turn.
   *
   * @throws SQLException when the database cannot be reached
   */
  public void run() throws SQLException {
    if (turns.take(Turns.Chore.DISPATCHING)) {
      dispatcher.offer(backlog.undispatched(UNDISPATCHED_SECONDS));
      Backlog.Overtaken overtaken = backlog.overtaken(lastClient);
      lastClient = overtaken.last();
      dispatcher.offer(overtaken.tasks());
      heirs.offer(equalTasks.awaitedInVain());
    }
  }
}

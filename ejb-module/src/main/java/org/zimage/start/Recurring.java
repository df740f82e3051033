package org.zimage.start;

import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.error.Outage;
import org.zimage.schema.Schema;

/**
 * Work that a timer repeats once the tables are ready. The log says once that it fails, and once that it works again. A round begins
 * only after the last one has ended. Thread-safe.
 */
final class Recurring {
  private static final Logger LOG = Logger.getLogger(Recurring.class.getName());

  private final String name;
  private final Schema schema;
  private final Work work;
  private final ReentrantLock turn = new ReentrantLock();
  /** Guarded by the turn. */
  private boolean working = true;

  /** @param name as the log calls it: {@code Looking for lost leases} */
  Recurring(String name, Schema schema, Work work) {
    this.name = name;
    this.schema = schema;
    this.work = work;
  }

  /** One round. */
  @FunctionalInterface
  interface Work {
    void run() throws SQLException;
  }

  void run() {
    if (!schema.isCurrent() || !turn.tryLock()) {
      return;
    }
    try {
      work.run();
      if (!working) {
        LOG.info(() -> name + " works again");
      }
      working = true;
    } catch (SQLException | RuntimeException | Error e) {
      // An error, too: the server takes a timer away whose method fails again and again
      if (working) {
        logFailure(e);
      }
      working = false;
    } finally {
      turn.unlock();
    }
  }

  /** Where in our code a database was missed that is away tells nobody anything. */
  private void logFailure(Throwable failure) {
    if (Outage.isCauseOf(failure)) {
      LOG.warning(() -> name + " does not work at the moment: " + Outage.reason(failure));
    } else {
      LOG.log(Level.WARNING, name + " does not work at the moment", failure);
    }
  }
}

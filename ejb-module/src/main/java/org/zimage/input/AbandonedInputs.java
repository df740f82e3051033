package org.zimage.input;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.image.RelativePath;
import org.zimage.image.StorageFailed;
import org.zimage.task.lifecycle.Turns;

/**
 * Removes pictures that callers sent and that no task begins with: of deleted batches, and of requests that became no task.
 * Thread-safe.
 */
@ApplicationScoped
public class AbandonedInputs {
  private static final Logger LOG = Logger.getLogger(AbandonedInputs.class.getName());

  private final Turns turns;
  private final InputFiles files;

  protected AbandonedInputs() {
    this(null, null);
  }

  @Inject
  public AbandonedInputs(Turns turns, InputFiles files) {
    this.turns = turns;
    this.files = files;
  }

  /**
   * Removes what there is, if it is this node's turn. What a store does not give up now, it will later.
   *
   * @throws SQLException when the database cannot be reached
   */
  public void run() throws SQLException {
    if (!turns.take(Turns.Chore.INPUTS)) {
      return;
    }
    for (RelativePath path : files.unnamed()) {
      try {
        files.remove(path);
      } catch (StorageFailed storeAway) {
        LOG.log(Level.FINE, "The picture " + path + ", which a caller sent, cannot be removed yet", storeAway);
        return;
      }
    }
  }
}

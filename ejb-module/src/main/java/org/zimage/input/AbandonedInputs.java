package org.zimage.input;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import org.zimage.image.ImageStore;
import org.zimage.image.Leftovers;
import org.zimage.task.lifecycle.Turns;

/**
 * Removes pictures that callers sent and that no task begins with: of deleted batches, and of requests that became no task.
 * Thread-safe.
 */
@ApplicationScoped
public class AbandonedInputs {
  private final Turns turns;
  private final InputFiles files;
  private final Leftovers leftovers;

  protected AbandonedInputs() {
    this(null, null, null);
  }

  @Inject
  public AbandonedInputs(Turns turns, InputFiles files, ImageStore store) {
    this.turns = turns;
    this.files = files;
    this.leftovers = new Leftovers("Files that callers sent and no task names", store);
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
    leftovers.remove(files.unnamed(), files::remove);
  }
}

package org.zimage.lora.upload;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.logging.Logger;
import org.zimage.image.ImageStore;
import org.zimage.image.Leftovers;
import org.zimage.image.StorageFailed;
import org.zimage.task.lifecycle.Turns;

/**
 * Removes the files of uploads that were cut off, and of deleted adapters once no unfinished task names them; and what is too much in this
 * machine's cache. Thread-safe.
 */
@ApplicationScoped
public class AbandonedLoras {
  private static final Logger LOG = Logger.getLogger(AbandonedLoras.class.getName());

  private final Turns turns;
  private final UploadedLoras uploaded;
  private final LoraCache cache;
  private final Leftovers leftovers;

  protected AbandonedLoras() {
    this(null, null, null, null);
  }

  @Inject
  public AbandonedLoras(Turns turns, UploadedLoras uploaded, LoraCache cache, ImageStore store) {
    this.turns = turns;
    this.uploaded = uploaded;
    this.cache = cache;
    this.leftovers = new Leftovers("Files of adapters that nothing names", store);
  }

  /**
   * Removes what there is: from the store, if it is this node's turn, and from the cache. What a store does not give up now, it will later.
   *
   * @throws SQLException when the database cannot be reached
   * @throws StorageFailed when the cache cannot be used
   */
  public void run() throws SQLException {
    if (turns.take(Turns.Chore.ADAPTERS)) {
      removeFromStore();
    }
    cache.clean();
  }

  private void removeFromStore() {
    leftovers.remove(uploaded.abandoned(), sha256 -> {
      uploaded.remove(sha256);
      LOG.info(() -> "The file of the adapter " + sha256 + ", which nothing names, was removed from the store");
    });
  }
}

package org.zimage.task.recovery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.image.ImageStore;
import org.zimage.image.StorageFailed;
import org.zimage.task.lifecycle.Turns;

/** Removes the files of pictures that a lost worker began to store. Thread-safe. */
@ApplicationScoped
public class AbandonedPictures {
  private static final Logger LOG = Logger.getLogger(AbandonedPictures.class.getName());

  private final Turns turns;
  private final LeftBehind leftBehind;
  private final ImageStore images;

  protected AbandonedPictures() {
    this(null, null, null);
  }

  @Inject
  public AbandonedPictures(Turns turns, LeftBehind leftBehind, ImageStore images) {
    this.turns = turns;
    this.leftBehind = leftBehind;
    this.images = images;
  }

  /**
   * Removes what there is, if it is this node's turn. What a store does not give up now, it will later.
   *
   * @throws SQLException when the database cannot be reached
   */
  public void run() throws SQLException {
    if (!turns.take(Turns.Chore.PICTURES)) {
      return;
    }
    for (LeftBehind.UnfinishedPicture picture : leftBehind.unfinishedPictures()) {
      try {
        images.discard(picture.imageId(), picture.made());
        leftBehind.forget(picture);
      } catch (StorageFailed storeAway) {
        LOG.log(Level.FINE, "The files of the unfinished picture " + picture.imageId() + " cannot be removed yet",
            storeAway);
        return;
      }
    }
  }
}

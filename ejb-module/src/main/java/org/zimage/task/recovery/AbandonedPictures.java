package org.zimage.task.recovery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import org.zimage.image.ImageStore;
import org.zimage.image.Leftovers;
import org.zimage.task.lifecycle.Turns;

/** Removes the files of pictures that a lost worker began to store. Thread-safe. */
@ApplicationScoped
public class AbandonedPictures {
  private final Turns turns;
  private final LeftBehind leftBehind;
  private final ImageStore images;
  private final Leftovers leftovers;

  protected AbandonedPictures() {
    this(null, null, null);
  }

  @Inject
  public AbandonedPictures(Turns turns, LeftBehind leftBehind, ImageStore images) {
    this.turns = turns;
    this.leftBehind = leftBehind;
    this.images = images;
    this.leftovers = new Leftovers("Files of pictures that lost workers began to store", images);
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
    leftovers.remove(leftBehind.unfinishedPictures(), picture -> {
      images.discard(picture.imageId(), picture.made());
      leftBehind.forget(picture);
    });
  }
}

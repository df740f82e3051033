package org.zimage.task.reuse;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StorageFailed;
import org.zimage.task.reuse.EqualTasks.Finished;

/**
 * Notices before a picture is given again that its files were removed from the store past this system, by hand or by a rule of a bucket.
 * Thread-safe.
 */
@ApplicationScoped
public class LostPictures {
  private static final Logger LOG = Logger.getLogger(LostPictures.class.getName());

  private final EqualTasks tasks;
  private final ImageStore store;

  protected LostPictures() {
    this(null, null);
  }

  @Inject
  public LostPictures(EqualTasks tasks, ImageStore store) {
    this.tasks = tasks;
    this.store = store;
  }

  /**
   * Makes sure that no picture is given again whose files are gone. While the store cannot be read, nobody can tell, and nothing changes.
   * Not to be called within a transaction: a store may take its time.
   *
   * @param model that the task asks for; null for any
   */
  public void forget(RequestFingerprint fingerprint, String model) {
    try {
      Optional<Finished> next = tasks.finished(fingerprint, model);
      while (next.isPresent() && isGone(next.get())) {
        String png = next.get().png();
        LOG.info(() -> "The picture " + png + " is not in the store any more: an equal one is drawn when it is asked for");
        tasks.forget(fingerprint, png);
        next = tasks.finished(fingerprint, model);
      }
    } catch (StorageFailed storeAway) {
      LOG.log(Level.FINE, "Whether a picture is still there cannot be told at the moment", storeAway);
    }
  }

  private boolean isGone(Finished picture) {
    return Stream.of(picture.png(), picture.webp()).anyMatch(path -> RelativePath.parse(path).flatMap(store::find).isEmpty());
  }
}

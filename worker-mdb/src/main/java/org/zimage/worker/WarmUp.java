package org.zimage.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.history.FrequentSizes;
import org.zimage.history.FrequentSizes.Size;
import org.zimage.picture.Picture;
import org.zimage.picture.encoding.EncodedPicture;
import org.zimage.picture.marking.DigitalSourceType;
import org.zimage.picture.marking.Marks;
import org.zimage.pipeline.GenerationCancelled;
import org.zimage.pipeline.network.ModelException;

/**
 * Draws and encodes once at the default size and at those that are asked for most, when the model is ready: the first
 * picture of a size pays for the choice of its kernels. A task that comes meanwhile is begun first. Owns one thread,
 * from start to stop or until all sizes are warm.
 */
@ApplicationScoped
public class WarmUp {
  private static final Logger LOG = Logger.getLogger(WarmUp.class.getName());
  private static final Size DEFAULT = new Size(1024, 1024);
  private static final int USUAL_SIZES = 3;

  private final InferenceThread inference;
  private final FrequentSizes usual;
  private final Thread thread;

  protected WarmUp() {
    this.inference = null;
    this.usual = null;
    this.thread = null;
  }

  @Inject
  public WarmUp(InferenceThread inference, FrequentSizes usual, ThreadFactory threads) {
    this.inference = inference;
    this.usual = usual;
    this.thread = threads.newThread(this::run);
    this.thread.setName("zimage-warm-up");
    this.thread.setPriority(Thread.MIN_PRIORITY);
  }

  void start() {
    thread.start();
  }

  /** What is being drawn ends before its next step. */
  void stop() {
    inference.endRehearsals();
    thread.interrupt();
  }

  private void run() {
    try {
      inference.awaitModel();
      for (Size size : sizes()) {
        if (Thread.interrupted()) {
          return;
        }
        warm(size);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error failure) {
      LOG.log(Level.WARNING, "No more sizes are warmed up", failure);
    }
  }

  private Set<Size> sizes() {
    Set<Size> sizes = new LinkedHashSet<>(List.of(DEFAULT));
    try {
      sizes.addAll(usual.find(USUAL_SIZES));
    } catch (RuntimeException databaseAway) {
      LOG.log(Level.FINE, "Nobody knows the usual sizes at the moment", databaseAway);
    }
    return sizes;
  }

  private void warm(Size size) throws InterruptedException {
    long start = System.nanoTime();
    try {
      Picture picture = inference.rehearse(size.width(), size.height()).get();
      EncodedPicture.of(picture.width(), picture.height(), picture.rgb(), Map.of(),
          new Marks(DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA, null));
      LOG.log(Level.INFO, "Pictures of {0}x{1} are warm after {2} ms",
          new Object[] {size.width(), size.height(), Long.toString((System.nanoTime() - start) / 1_000_000)});
    } catch (ExecutionException notDrawn) {
      boolean expected = notDrawn.getCause() instanceof GenerationCancelled || notDrawn.getCause() instanceof ModelException;
      LOG.log(expected ? Level.FINE : Level.WARNING, "Pictures of " + size + " are not warm", notDrawn.getCause());
    }
  }
}

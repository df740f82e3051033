package org.zimage.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.HexFormat;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.zimage.health.Outage;
import org.zimage.image.EncodedPicture;
import org.zimage.image.ImageStore;
import org.zimage.image.PictureEncoder;
import org.zimage.image.StorageFailed;
import org.zimage.image.StoredPicture;
import org.zimage.model.ModelCard;
import org.zimage.pipeline.GenerationCancelled;
import org.zimage.pipeline.ModelException;
import org.zimage.pipeline.Picture;
import org.zimage.task.ErrorCode;
import org.zimage.task.Failure;
import org.zimage.task.TaskLedger;
import org.zimage.task.TaskStatus;
import org.zimage.task.Work;

/** Brings a claim to its end: the picture into the store and the outcome into the database. Thread-safe. */
@ApplicationScoped
public class Finisher {
  private static final Logger LOG = Logger.getLogger(Finisher.class.getName());
  private static final int STORE_ATTEMPTS = 3;
  private static final long STORE_PAUSE_MILLIS = 500;
  private static final long DATABASE_PAUSE_MILLIS = 500;
  private static final int IMAGE_ID_BYTES = 16;

  private final PictureEncoder encoder;
  private final ImageStore store;
  private final TaskLedger ledger;
  private final Clock clock;
  private final RandomGenerator random;

  protected Finisher() {
    this(null, null, null, null, null);
  }

  @Inject
  public Finisher(PictureEncoder encoder, ImageStore store, TaskLedger ledger, Clock clock, RandomGenerator random) {
    this.encoder = encoder;
    this.store = store;
    this.ledger = ledger;
    this.clock = clock;
    this.random = random;
  }

  /** @return the state in which the task ended, as far as this worker had a say in it */
  TaskStatus store(Work work, HeldClaim held, Picture picture, ModelCard card) {
    try {
      EncodedPicture encoded = encoder.encode(picture.width(), picture.height(), picture.rgb(),
          Generations.texts(work.task(), card));
      StoredPicture stored = storeWithRetries(held, encoded);
      write(held, () -> ledger.succeed(held.claim(), stored));
      return TaskStatus.SUCCESS;
    } catch (StorageFailed failure) {
      LOG.log(Level.SEVERE, held.claim() + ": the picture could not be stored", failure);
      return fail(held, new Failure(ErrorCode.STORAGE_FAILED, failure.getMessage()));
    } catch (RuntimeException failure) {
      LOG.log(Level.SEVERE, held.claim() + " failed after its picture was drawn", failure);
      return fail(held, new Failure(ErrorCode.INTERNAL_ERROR, "The picture could not be finished"));
    }
  }

  private StoredPicture storeWithRetries(HeldClaim held, EncodedPicture encoded) {
    byte[] id = new byte[IMAGE_ID_BYTES];
    random.nextBytes(id);
    String imageId = HexFormat.of().formatHex(id);
    for (int attempt = 1;; attempt++) {
      try {
        return store.store(imageId, clock.instant(), encoded);
      } catch (StorageFailed failure) {
        if (attempt == STORE_ATTEMPTS || !pause(STORE_PAUSE_MILLIS * attempt)) {
          throw failure;
        }
        LOG.log(Level.WARNING, held.claim() + ": storing the picture failed, trying again", failure);
      }
    }
  }

  /** @param failure why there is no picture: a wish to stop, or a fault */
  TaskStatus giveUp(HeldClaim held, Throwable failure) {
    Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    if (!(cause instanceof GenerationCancelled)) {
      LOG.log(Level.SEVERE, held.claim() + " failed", cause);
      return fail(held, failureOf(cause));
    }
    return switch (held.lease()) {
      case CANCEL_REQUESTED -> {
        write(held, () -> ledger.cancelled(held.claim()));
        yield TaskStatus.CANCELLED;
      }
      case HELD -> {
        write(held, () -> ledger.release(held.claim()));
        yield TaskStatus.PENDING;
      }
      case LOST -> {
        LOG.warning(held.claim() + ": the lease was lost, the generation was stopped");
        yield TaskStatus.PENDING;
      }
    };
  }

  private TaskStatus fail(HeldClaim held, Failure failure) {
    write(held, () -> ledger.fail(held.claim(), failure));
    return TaskStatus.ERROR;
  }

  private static Failure failureOf(Throwable cause) {
    if (cause instanceof ModelException model) {
      return switch (model.reason()) {
        case OUT_OF_MEMORY -> new Failure(ErrorCode.GPU_OOM, "The picture did not fit into memory");
        case MODEL_MISSING -> new Failure(ErrorCode.MODEL_MISSING, "The worker has no usable model");
        case LIBRARY_MISSING -> new Failure(ErrorCode.DEPENDENCY_MISSING, "The worker lacks a native library");
        case FAILED -> new Failure(ErrorCode.INTERNAL_ERROR, "The model failed");
      };
    }
    return new Failure(ErrorCode.INTERNAL_ERROR, "The picture could not be drawn");
  }

  /** The outcome must reach the database, however long it is away; it is fenced, so that it cannot come too late. */
  private static void write(HeldClaim held, BooleanSupplier outcome) {
    for (boolean first = true;; first = false) {
      try {
        if (!outcome.getAsBoolean()) {
          LOG.warning(held.claim() + ": the lease was lost, the outcome was not written");
        }
        return;
      } catch (RuntimeException failure) {
        if (!Outage.isCauseOf(failure) || !pause(DATABASE_PAUSE_MILLIS)) {
          throw failure;
        }
        if (first) {
          LOG.log(Level.WARNING, held.claim() + ": the database is away, the outcome waits", failure);
        }
      }
    }
  }

  /** @return false when the process stops */
  private static boolean pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
      return true;
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

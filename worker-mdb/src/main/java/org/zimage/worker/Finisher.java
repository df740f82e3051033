package org.zimage.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.zimage.error.ErrorCode;
import org.zimage.error.Outage;
import org.zimage.image.ImageStore;
import org.zimage.image.StorageFailed;
import org.zimage.image.StoredPicture;
import org.zimage.input.InputPictures;
import org.zimage.model.ModelManifest;
import org.zimage.picture.Picture;
import org.zimage.picture.credentials.SigningFailed;
import org.zimage.picture.encoding.EncodedPicture;
import org.zimage.pipeline.GenerationCancelled;
import org.zimage.pipeline.network.ModelException;
import org.zimage.recognition.PictureFingerprint;
import org.zimage.settings.MarkSettings;
import org.zimage.settings.Settings;
import org.zimage.task.Failure;
import org.zimage.task.GenerationTask.StartPictures;
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.worker.adapter.AdapterUnusable;
import org.zimage.worker.credentials.PictureSigning;

/** Brings a claim to its end: the picture into the store and the outcome into the database. Thread-safe. */
@ApplicationScoped
public class Finisher {
  private static final Logger LOG = Logger.getLogger(Finisher.class.getName());
  private static final long DATABASE_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 4_000;
  private static final int IMAGE_ID_BYTES = 16;

  private final ImageStore store;
  private final MarkSettings marks;
  private final TaskLedger ledger;
  private final Clock clock;
  private final RandomGenerator random;
  private final PictureSigning signing;
  private final InputPictures inputs;

  protected Finisher() {
    this.store = null;
    this.marks = null;
    this.ledger = null;
    this.signing = null;
    this.inputs = null;
    this.clock = null;
    this.random = null;
  }

  @Inject
  public Finisher(ImageStore store, Settings settings, TaskLedger ledger, PictureSigning signing, InputPictures inputs, Clock clock,
      RandomGenerator random) {
    this.store = store;
    this.marks = settings.marks();
    this.ledger = ledger;
    this.signing = signing;
    this.inputs = inputs;
    this.clock = clock;
    this.random = random;
  }

  /** @return the state in which the task ended; empty when the claim was lost */
  Optional<TaskState> store(HeldClaim held, Picture drawn, ModelManifest card) {
    try {
      Picture picture = held.finished(drawn);
      String imageId = randomId();
      EncodedPicture encoded = EncodedPicture.of(picture.width(), picture.height(), picture.rgb(),
          Generations.texts(held.drawn(), held.task(), card, marks), Generations.marks(held.task(), imageId, marks), signature(held));
      Instant made = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      if (!write(held, "its picture", () -> ledger.announce(held.claim(), imageId, made))) {
        return Optional.empty();
      }
      StoredPicture stored =
          StorePatience.ask(held.claim(), "store the picture", () -> store.store(imageId, made, encoded))
              .recognisedBy(PictureFingerprint.of(picture, encoded));
      Optional<TaskState> end = write(held, TaskState.SUCCESS, () -> ledger.succeed(held.claim(), stored));
      if (end.isEmpty()) {
        // The sweeper may have been here while this process stood still, and does not come again
        store.discard(imageId, made);
      }
      return end;
    } catch (StorageFailed failure) {
      LOG.log(Level.SEVERE, "Task " + held.claim() + ": the picture could not be stored", failure);
      return fail(held, new Failure(ErrorCode.STORAGE_FAILED, "The picture could not be stored"));
    } catch (SigningFailed failure) {
      LOG.log(Level.SEVERE, "Task " + held.claim() + ": the picture could not be signed", failure);
      return fail(held, new Failure(ErrorCode.INTERNAL_ERROR, "The picture could not be signed"));
    } catch (UncheckedIOException failure) {
      LOG.log(Level.SEVERE, "Task " + held.claim() + ": the picture could not be encoded", failure);
      return fail(held, new Failure(ErrorCode.INTERNAL_ERROR, "The picture could not be encoded"));
    } catch (LinkageError failure) {
      LOG.log(Level.SEVERE, "Task " + held.claim() + ": the preview's library cannot be loaded", failure);
      return fail(held, new Failure(ErrorCode.DEPENDENCY_MISSING, "The worker lacks a native library"));
    }
  }

  /** How the picture's files are signed, where they are. */
  private UnaryOperator<byte[]> signature(HeldClaim held) {
    StartPictures start = held.task().start();
    if (start == null || !signing.isOn()) {
      return signing.ofDrawn();
    }
    try {
      return signing.ofChanged(StorePatience.ask(held.claim(), "read the credentials of the picture to start from",
          () -> inputs.credentials(start.imagePath())));
    } catch (StorageFailed failure) {
      // The picture is drawn: it says less of where it comes from
      LOG.log(Level.WARNING, "Task " + held.claim() + ": signed without the credentials of the picture it starts from", failure);
      return signing.ofChanged(Optional.empty());
    }
  }

  private String randomId() {
    byte[] id = new byte[IMAGE_ID_BYTES];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  /**
   * @param failure why there is no picture: a wish to stop, or a fault
   * @return the state in which the task ended; empty when the claim was lost
   */
  Optional<TaskState> giveUp(HeldClaim held, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    boolean stopped = cause instanceof GenerationCancelled
        || held.isHandedBack() && cause instanceof RejectedExecutionException;
    if (!stopped) {
      LOG.log(Level.SEVERE, "Task " + held.claim() + " failed", cause);
      return fail(held, failureOf(cause));
    }
    return switch (held.lease()) {
      case CANCEL_REQUESTED -> write(held, TaskState.CANCELLED, () -> ledger.cancelled(held.claim()));
      case HELD -> write(held, TaskState.PENDING, () -> ledger.release(held.claim()));
      case LOST -> {
        LOG.warning("Task " + held.claim() + ": the lease was lost, the generation was stopped");
        yield Optional.empty();
      }
    };
  }

  private Optional<TaskState> fail(HeldClaim held, Failure failure) {
    return write(held, TaskState.ERROR, () -> ledger.fail(held.claim(), failure));
  }

  private static Failure failureOf(Throwable cause) {
    if (cause instanceof ModelException model) {
      return switch (model.reason()) {
        case OUT_OF_MEMORY -> new Failure(ErrorCode.GPU_OOM, "The picture did not fit into memory");
        case MODEL_MISSING -> new Failure(ErrorCode.MODEL_MISSING, "The worker has no usable model");
        case EXPORT_TOO_OLD -> new Failure(ErrorCode.MODEL_MISSING, model.getMessage());
        case LIBRARY_MISSING -> new Failure(ErrorCode.DEPENDENCY_MISSING, "The worker lacks a native library");
        case FAILED -> new Failure(ErrorCode.INTERNAL_ERROR, "The model failed");
      };
    }
    if (cause instanceof AdapterUnusable) {
      return new Failure(ErrorCode.LORA_UNUSABLE, cause.getMessage());
    }
    if (cause instanceof StorageFailed) {
      return new Failure(ErrorCode.STORAGE_FAILED, "A picture or an adapter that the task needs could not be read");
    }
    if (cause instanceof LinkageError) {
      return new Failure(ErrorCode.DEPENDENCY_MISSING, "The worker lacks a native library");
    }
    if (cause instanceof IllegalArgumentException) {
      // A row that this version would not have accepted: an older installation's limits were others
      return new Failure(ErrorCode.INVALID_REQUEST, "The picture cannot be drawn: " + cause.getMessage());
    }
    return new Failure(ErrorCode.INTERNAL_ERROR, "The picture could not be drawn");
  }

  /** @return the end, or empty when the claim was lost */
  private static Optional<TaskState> write(HeldClaim held, TaskState end, BooleanSupplier outcome) {
    return write(held, "the outcome " + end.word(), outcome) ? Optional.of(end) : Optional.empty();
  }

  /**
   * What a worker has to say must reach the database, however long it is away; it is fenced, so that it cannot come too
   * late.
   *
   * @return false when the claim was lost
   */
  private static boolean write(HeldClaim held, String what, BooleanSupplier statement) {
    for (long pause = DATABASE_PAUSE_MILLIS;; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
      try {
        if (statement.getAsBoolean()) {
          return true;
        }
        LOG.warning("Task " + held.claim() + ": the lease was lost, " + what + " was not written");
        return false;
      } catch (RuntimeException failure) {
        if (!Outage.isCauseOf(failure)) {
          throw failure;
        }
        if (pause == DATABASE_PAUSE_MILLIS) {
          LOG.warning("Task " + held.claim() + ": " + what + " waits until the database is back: "
              + failure.getMessage());
        }
        if (!StorePatience.pause(pause)) {
          throw failure;
        }
      }
    }
  }
}

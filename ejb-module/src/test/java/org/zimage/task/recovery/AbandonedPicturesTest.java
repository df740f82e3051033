package org.zimage.task.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.caller.Caller;
import org.zimage.image.DiskStore;
import org.zimage.picture.encoding.EncodedPicture;
import org.zimage.image.ImageStore;
import org.zimage.image.S3Store;
import org.zimage.image.StoredPicture;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.platform.S3Server;
import org.zimage.settings.Authorities;
import org.zimage.settings.S3Settings;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.lifecycle.Turns;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class AbandonedPicturesTest {
  private static final String IMAGE_ID = "0123456789abcdef0123456789abcdef";

  private final Database database = new Database();
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final ImageStore store = Platform.bean(ImageStore.class);
  private final AbandonedPictures abandoned = Platform.bean(AbandonedPictures.class);

  @Test
  void thePictureOfAnAttemptThatIsOverIsRemoved() throws Exception {
    Claim claim = claimed();
    Instant made = Instant.parse("2026-01-02T03:04:05Z");
    assertThat(ledger.announce(claim, IMAGE_ID, made)).isTrue();
    StoredPicture picture = store.store(IMAGE_ID, made, new EncodedPicture(new byte[] {1}, new byte[] {2}));
    Path half = Path.of(picture.outputPath()).resolveSibling("." + Path.of(picture.outputPath()).getFileName() + ".part");
    Files.write(half, new byte[] {3});

    abandoned.run();
    assertThat(store.find(picture.relativePath())).as("of an attempt that is not over").isPresent();

    loseTheWorker();
    database.execute("DELETE FROM chores WHERE name = 'pictures'");
    abandoned.run();

    assertThat(store.find(picture.relativePath())).isEmpty();
    assertThat(store.find(picture.previewRelativePath())).isEmpty();
    assertThat(half).doesNotExist();
    assertThat(Platform.bean(LeftBehind.class).unfinishedPictures()).isEmpty();
  }

  @Test
  void thePictureOfATaskThatSucceededStays() throws SQLException {
    Claim claim = claimed();
    Instant made = Instant.parse("2026-01-02T03:04:06Z");
    ledger.announce(claim, IMAGE_ID, made);
    StoredPicture picture = store.store(IMAGE_ID, made, new EncodedPicture(new byte[] {1}, new byte[] {2}));
    ledger.succeed(claim, picture);

    abandoned.run();

    assertThat(store.find(picture.relativePath())).isPresent();
    store.discard(IMAGE_ID, made);
  }

  @Test
  void aStoreThatSaysNothingDoesNotKeepLeasesFromTheirEnd(@TempDir Path folder) throws Exception {
    ledger.announce(claimed(), IMAGE_ID, Instant.parse("2026-01-02T03:04:07Z"));
    loseTheWorker();
    try (S3Server server = S3Server.start(folder);
        S3Store silent = new S3Store(new S3Settings(server.endpoint(), "us-east-1", S3Server.ACCESS_KEY, S3Server.SECRET_KEY,
            S3Server.BUCKET, ""), Authorities.OF_JAVA, new DiskStore(folder))) {
      server.freeze();
      CompletableFuture<Void> removing = CompletableFuture.runAsync(() -> remove(silent));
      TaskId lost = claimed().id();

      loseTheWorker();

      assertThat(removing).isNotDone();
      assertThat(ledger.status(lost)).contains(TaskState.PENDING);
      removing.join();
    }
    assertThat(Platform.bean(LeftBehind.class).unfinishedPictures()).as("left for later").hasSize(1);
  }

  private static void remove(ImageStore store) {
    try {
      new AbandonedPictures(Platform.bean(Turns.class), Platform.bean(LeftBehind.class), store).run();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void loseTheWorker() throws SQLException {
    database.execute("UPDATE image_generation_tasks SET lease_until = now() - interval '1 second'");
    database.seenWithoutABreak();
    Platform.bean(LeaseExpiry.class).run();
  }

  private Claim claimed() {
    TaskId id = Platform.bean(Submission.class)
        .submit(GenerationRequest.parse("{\"prompt\": \"a cat\"}"), Caller.ANONYMOUS, null);
    return ledger.claim(id, "worker").orElseThrow().claim();
  }
}

package org.zimage.task.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.enterprise.inject.spi.CDI;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.caller.Caller;
import org.zimage.history.History;
import org.zimage.image.DiskStore;
import org.zimage.image.ImageStore;
import org.zimage.image.S3Store;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.platform.S3Server;
import org.zimage.progress.Progress;
import org.zimage.progress.ProgressStore;
import org.zimage.settings.Authorities;
import org.zimage.settings.S3Settings;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.TaskLedger;

/** What notes say is done, whatever is away and whoever is killed meanwhile. */
@ExtendWith(Platform.class)
class FileRemovalTest {
  private final Database database = new Database();
  private final History history = Platform.bean(History.class);
  private final Removals removals = Platform.bean(Removals.class);
  private final ProgressStore progressStore = Platform.bean(ProgressStore.class);
  @TempDir
  private Path folder;

  @Test
  void picturesAreDeletedWithTheirBatchWhereThatIsAskedFor() {
    TasksWithFiles pictures = new TasksWithFiles(Platform.bean(ImageStore.class));
    TaskId kept = pictures.finished(Caller.ANONYMOUS, "");
    TaskId gone = pictures.finished(Caller.ANONYMOUS, "\"image\": \"" + TasksWithFiles.dataUrl() + "\"");

    delete(kept, false);
    delete(gone, true);
    Platform.bean(FileRemoval.class).run();

    assertThat(pictures.files(kept)).hasSize(2);
    assertThat(pictures.files(gone)).isEmpty();
    assertThat(pictures.rows("input_pictures") + pictures.rows("removals")).isZero();
  }

  @Test
  void picturesThatStayedEndWhenTheirTasksWouldHave() throws Exception {
    TasksWithFiles pictures = new TasksWithFiles(Platform.bean(ImageStore.class));
    TaskId task = pictures.finished(Caller.ANONYMOUS, "\"expires_in\": 60");
    delete(task, false);
    Ends ends = Platform.bean(Ends.class);
    pictures.run(ends);
    Platform.bean(FileRemoval.class).run();
    assertThat(pictures.files(task)).hasSize(2);

    database.execute("UPDATE kept_pictures SET expires_at = expires_at - interval '61 seconds'");
    pictures.run(ends);
    Platform.bean(FileRemoval.class).run();

    assertThat(pictures.files(task)).isEmpty();
    assertThat(pictures.rows("kept_pictures") + pictures.rows("removals")).isZero();
  }

  @Test
  void theNoteOfARunningTaskWaitsForItsWorker() {
    TasksWithFiles pictures = new TasksWithFiles(Platform.bean(ImageStore.class));
    Claim claim = Platform.bean(TaskLedger.class).claim(pictures.submit(Caller.ANONYMOUS, ""), "worker").orElseThrow().claim();

    delete(claim.id(), true);
    Platform.bean(FileRemoval.class).run();
    assertThat(progressStore.isCancelRequested(claim.id())).as("for its worker to see").isTrue();

    pictures.due();
    Platform.bean(FileRemoval.class).run();
    assertThat(progressStore.isCancelRequested(claim.id())).isFalse();
    assertThat(pictures.rows("removals")).isZero();
  }

  @Test
  void filesOfAStoreThatIsAwayWaitAndNobodyElseDoes() throws Exception {
    try (S3Server server = S3Server.start(folder);
        S3Store store = new S3Store(new S3Settings(server.endpoint(), "us-east-1", S3Server.ACCESS_KEY, S3Server.SECRET_KEY,
            S3Server.BUCKET, ""), Authorities.OF_JAVA, new DiskStore(folder.resolve("older")))) {
      TasksWithFiles pictures = new TasksWithFiles(store);
      TaskId first = pictures.finished(Caller.ANONYMOUS, "");
      TaskId second = pictures.finished(Caller.ANONYMOUS, "");
      server.stop();

      delete(first, true);
      removal(store).run();
      delete(second, true);

      assertThat(database.number("SELECT min(attempts) FROM removals WHERE due_at > clock_timestamp() AND attempts > 0")).isOne();
      assertThat(removals.waiting().count()).isEqualTo(2);
      server.start();
      assertThat(pictures.files(first)).hasSize(2);
      pictures.due();
      removal(store).run();
      assertThat(pictures.files(first)).isEmpty();
      assertThat(pictures.files(second)).isEmpty();
      assertThat(removals.waiting()).isEqualTo(new Removals.Waiting(0, 0));
    }
  }

  @Test
  void picturesOfTheTimeBeforeTheBucketGoFromTheFolder() throws Exception {
    DiskStore older = new DiskStore(folder.resolve("older"));
    TasksWithFiles pictures = new TasksWithFiles(older);
    TaskId old = pictures.finished(Caller.ANONYMOUS, "");
    try (S3Server server = S3Server.start(folder);
        S3Store store = new S3Store(new S3Settings(server.endpoint(), "us-east-1", S3Server.ACCESS_KEY, S3Server.SECRET_KEY,
            S3Server.BUCKET, ""), Authorities.OF_JAVA, older)) {
      delete(old, true);
      removal(store).run();
    }

    assertThat(pictures.files(old)).isEmpty();
  }

  @Test
  void aFolderThatIsAwayLosesNoNote() throws IOException {
    Path mounted = folder.resolve("mounted");
    TasksWithFiles pictures = new TasksWithFiles(new DiskStore(mounted));
    TaskId task = pictures.finished(Caller.ANONYMOUS, "");
    delete(task, true);
    Files.move(mounted, folder.resolve("elsewhere"));

    removal(new DiskStore(mounted)).run();
    assertThat(removals.waiting().count()).isOne();

    Files.move(folder.resolve("elsewhere"), mounted);
    pictures.due();
    removal(new DiskStore(mounted)).run();
    assertThat(pictures.files(task)).isEmpty();
    assertThat(removals.waiting().count()).isZero();
  }

  @Test
  void oneFileThatCannotBeRemovedKeepsNoOtherWaiting() throws IOException {
    TasksWithFiles pictures = new TasksWithFiles(new DiskStore(folder));
    TaskId stuck = pictures.finished(Caller.ANONYMOUS, "");
    TaskId other = pictures.finished(Caller.ANONYMOUS, "");
    Path file = folder.resolve(pictures.files(stuck).get(0));
    Files.delete(file);
    Files.createDirectories(file.resolve("somebody's"));

    delete(stuck, true);
    delete(other, true);
    removal(new DiskStore(folder)).run();

    assertThat(pictures.files(other)).isEmpty();
    assertThat(removals.waiting().count()).isOne();
  }

  @Test
  void keysInRedisWaitForRedis() throws Exception {
    TasksWithFiles pictures = new TasksWithFiles(Platform.bean(ImageStore.class));
    TaskId task = pictures.finished(Caller.ANONYMOUS, "");
    progressStore.changed(task, TaskState.SUCCESS, 1, "worker", new Progress(9, 9));
    delete(task, true);
    Platform.servers().stopRedis();
    try {
      Platform.bean(FileRemoval.class).run();
      assertThat(pictures.files(task)).isEmpty();
      assertThat(removals.waiting().count()).isOne();
    } finally {
      Platform.servers().startRedis();
      Platform.awaitRedis();
    }
    pictures.due();
    Platform.bean(FileRemoval.class).run();
    assertThat(removals.waiting().count()).isZero();
  }

  /** As {@code kill -9} leaves it: the note was taken, or even its files are gone, and nobody has said so. */
  @Test
  void aNoteThatANodeTookWithItIsTakenAgain() {
    TasksWithFiles pictures = new TasksWithFiles(Platform.bean(ImageStore.class));
    TaskId task = pictures.finished(Caller.ANONYMOUS, "");
    delete(task, true);
    assertThat(removals.take(10)).hasSize(1);
    Platform.bean(FileRemoval.class).run();
    assertThat(pictures.files(task)).as("while the other node may be at work").hasSize(2);

    pictures.due();
    database.execute("CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'cut off'; END $$");
    try {
      database.execute("CREATE TRIGGER cut_off BEFORE DELETE ON removals EXECUTE FUNCTION cut_off()");
      assertThatThrownBy(() -> Platform.bean(FileRemoval.class).run()).hasStackTraceContaining("cut off");
    } finally {
      database.execute("DROP FUNCTION cut_off CASCADE");
    }
    assertThat(pictures.files(task)).isEmpty();
    assertThat(removals.waiting().count()).isOne();

    pictures.due();
    Platform.bean(FileRemoval.class).run();
    assertThat(removals.waiting().count()).isZero();
  }

  /** A note that says less than what a row still names would lose its picture. */
  @Test
  void filesStayWhileATaskNamesThem() {
    TasksWithFiles pictures = new TasksWithFiles(Platform.bean(ImageStore.class));
    TaskId task = pictures.finished(Caller.ANONYMOUS, "");
    database.execute("INSERT INTO removals (task_id, pictures_of, files) SELECT 'another', task_id, ARRAY[relative_path] "
        + "FROM image_generation_tasks");

    Platform.bean(FileRemoval.class).run();

    assertThat(pictures.files(task)).hasSize(2);
    assertThat(removals.waiting().count()).as("whoever names them notes them at its own end").isZero();
  }

  private void delete(TaskId task, boolean withPictures) {
    history.delete(database.task(task).get("batch_id").toString(), Caller.ANONYMOUS, withPictures);
  }

  private FileRemoval removal(ImageStore store) {
    return new FileRemoval(removals, store, progressStore, CDI.current().getBeanManager().getEvent().select(PicturesRemoved.class));
  }
}

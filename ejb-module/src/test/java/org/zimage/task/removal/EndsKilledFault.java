package org.zimage.task.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.image.S3Store;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.platform.S3Server;
import org.zimage.task.TaskId;

/**
 * A process that removes what has ended is killed with -9 between each two of its steps. The moment is held open from outside: by a trigger
 * that waits, or by a store that stands still. Afterwards another process goes on.
 */
@ExtendWith(Platform.class)
class EndsKilledFault {
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final int ROUNDS = 20;
  private static final int TASKS = 5;
  /** Before which statement it is killed; the last: in the middle of removing files. */
  private static final List<String> STEPS = List.of("INSERT ON removals", "DELETE ON image_generation_tasks",
      "DELETE ON image_generation_batches", "UPDATE ON removals", "DELETE ON removals", "S3");

  private final Database database = new Database();
  @TempDir
  private Path folder;

  @Test
  void aKillBetweenAnyTwoStepsLeavesNoFileAndNoRow() throws Exception {
    Caller client = Platform.bean(Callers.class).identify("client's key", Origin.NODE);
    database.execute("CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); "
        + "RETURN NULL; END $$");
    try (S3Server server = S3Server.start(folder); S3Store store = RemovingNode.store(server.endpoint(), folder.resolve("older"))) {
      TasksWithFiles pictures = new TasksWithFiles(store);
      TaskId staying = pictures.finished(client, "");
      for (int round = 0; round < ROUNDS; round++) {
        List<TaskId> ending = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
          ending.add(pictures.finished(client, "\"expires_in\": 60"));
        }
        ending.forEach(task -> pictures.endedBefore(task, "61 seconds"));
        killAt(STEPS.get(round % STEPS.size()), server);
      }
      Process last = RemovingNode.start(server.endpoint(), folder.resolve("node.log"));
      try {
        await("nothing is left to do").atMost(LONGEST).pollInterval(Duration.ofMillis(200)).until(() -> {
          pictures.due();
          return database.number("SELECT count(*) FROM image_generation_tasks") == 1 && pictures.rows("removals") == 0;
        });
      } finally {
        last.destroyForcibly().onExit().join();
      }
      assertThat(pictures.rows("image_generation_batches")).as("batches").isOne();
      assertThat(pictures.files(staying)).hasSize(2);
      assertThat(objects(server)).as("files of " + ROUNDS * TASKS + " tasks").hasSize(2);
    } finally {
      database.execute("DROP FUNCTION hold CASCADE");
    }
  }

  private void killAt(String step, S3Server server) throws Exception {
    boolean inTheStore = step.equals("S3");
    try (Connection lock = Platform.database().getConnection(); Statement statement = lock.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(42)");
      database.execute("DELETE FROM chores WHERE name = 'ends'");
      new TasksWithFiles(null).due();
      if (inTheStore) {
        server.freeze();
      } else {
        database.execute("CREATE TRIGGER hold BEFORE " + step + " EXECUTE FUNCTION hold()");
      }
      Process node = RemovingNode.start(server.endpoint(), folder.resolve("node.log"));
      await("it stands before " + step).atMost(LONGEST).pollInterval(Duration.ofMillis(20))
          .until(() -> !node.isAlive() || database.number(inTheStore
              ? "SELECT count(*) FROM removals WHERE attempts > 0 AND due_at > clock_timestamp()"
              : "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") > 0);
      assertThat(node.isAlive()).as("the process\n" + Files.readString(folder.resolve("node.log"))).isTrue();
      node.destroyForcibly().onExit().join();
      if (inTheStore) {
        server.thaw();
      } else {
        // Nobody is there any more whom it could tell
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
        database.execute("DROP TRIGGER hold ON " + step.replaceFirst(".* ON ", ""));
      }
      statement.execute("SELECT pg_advisory_unlock(42)");
    }
  }

  private static List<Path> objects(S3Server server) throws IOException {
    try (Stream<Path> files = Files.walk(server.bucket())) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}

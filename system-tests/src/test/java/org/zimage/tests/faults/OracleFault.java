package org.zimage.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.oracle.Verdict;

/** A judge who never says no is none: rows and files that others have spoiled are seen, each once. */
@ExtendWith(Deployment.Shared.class)
class OracleFault {
  private static final String PICTURE = "{\"prompt\":\"a hill\",\"width\":64,\"height\":64,\"num_inference_steps\":1}";

  /** A grey pixel. */
  private static final String GREY = "data:image/png;base64,"
      + "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGOoBwAAgQCA05RTSgAAAABJRU5ErkJggg==";
  private static final String EDIT =
      "{\"prompt\":\"a hill\",\"num_inference_steps\":1,\"image\":\"%s\",\"mask_image\":\"%s\"}".formatted(GREY, GREY);

  private final Deployment deployment;

  OracleFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @Test
  void whatSomebodySpoiledIsSeen() throws Exception {
    List<String> tasks = IntStream.range(0, 8).mapToObj(i -> deployment.api().generate(i == 6 ? EDIT : PICTURE)).toList();
    deployment.oracle().requireAllWell(tasks, deployment.api());

    Path pictures = deployment.stores().folder("pictures");
    Files.delete(pictures.resolve(column(tasks.get(0), "relative_path")));
    Path half = pictures.resolve(column(tasks.get(1), "preview_relative_path"));
    Files.write(half, List.of("RIFF"));
    Path copy = pictures.resolve(column(tasks.get(2), "relative_path"));
    Files.copy(copy, copy.resolveSibling("copy.png"));
    Files.writeString(pictures.resolve(".left.png.part"), "half");
    Files.delete(pictures.resolve(column(tasks.get(6), "image_path")));
    Files.write(pictures.resolve(column(tasks.get(6), "mask_path")), List.of("half"));
    Files.copy(copy, pictures.resolve("inputs").resolve("nobodys.png"));
    execute("DELETE FROM image_generation_tasks WHERE task_id = '" + tasks.get(3) + "'");
    execute("UPDATE image_generation_tasks SET status = 'cancelled' WHERE task_id = '" + tasks.get(4) + "'");
    execute("UPDATE image_generation_batches SET success_count = 2 WHERE id = '" + column(tasks.get(5), "batch_id")
        + "'");

    deployment.oracle().expectGone(List.of(tasks.get(7)));
    execute("INSERT INTO removals (task_id, files, due_at) VALUES ('nobody', '{}', now() + interval '1 day')");
    execute("INSERT INTO kept_pictures (task_id, pictures_of, files, ended_at) VALUES ('nobody', 'nobody', '{20260101/gone.png}', now())");
    execute("INSERT INTO webhook_deliveries (id, task_id, url, type, body, status, finished_at) "
        + "VALUES (gen_random_uuid(), 'nobody', 'http://nobody', 'x', 'x', 'delivered', now())");
    execute("INSERT INTO client_removals (id, client, requested_at, rows_removed_at) VALUES (gen_random_uuid(), 'nobody', now(), now())");
    execute("INSERT INTO removals (client, files, noted_at, due_at) VALUES ('nobody', '{}', now() - interval '1 hour', "
        + "now() + interval '1 day')");

    Verdict verdict = deployment.oracle().judge(tasks, deployment.api());

    assertThat(verdict.lost()).as("the deleted row").isEqualTo(1);
    assertThat(verdict.doubled()).as("the copy, and the deleted row's picture").isEqualTo(2);
    assertThat(String.join("\n", verdict.violations()))
        .contains("a picture that is not there", "half a file", "a file that no task names: ", ".left.png.part",
            "copy.png", "nobodys.png", "a picture to start from that is not there", "accepted, but not there: task " + tasks.get(3), "a picture if and only if it succeeded",
            "not the one last event: task " + tasks.get(4), "a batch that does not say what its tasks say",
            "not removed: task " + tasks.get(7), "never removed: {attempts=0, files={}, task_id=nobody}", "a kept picture that is not there",
            "a row of a task that is gone: {dangling=webhook_deliveries, task_id=nobody}", "a client is not removed");
    assertThat(deployment.oracle().judge(List.of(), deployment.api()).violations()).as("told again").isEmpty();
    forgetEverything();
  }

  /** Nothing that was spoiled stays for the tests that follow. */
  private void forgetEverything() throws Exception {
    execute("DELETE FROM image_generation_batches");
    for (String table : List.of("removals", "kept_pictures", "webhook_deliveries", "client_removals")) {
      execute("DELETE FROM " + table);
    }
    try (Stream<Path> files = Files.walk(deployment.stores().folder("pictures"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  private String column(String task, String name) throws Exception {
    return deployment.single("SELECT " + name + " FROM image_generation_tasks WHERE task_id = '" + task + "'");
  }

  private void execute(String change) throws Exception {
    try (Connection connection = deployment.connect(); Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(change)).as(change).isPositive();
    }
  }
}

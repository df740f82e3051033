package org.zimage.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Kills servers of a system of its own. */
class RecoveryIT {
  private static RunningSystem system;
  private static Api api;

  @BeforeAll
  static void start() {
    assumeFalse(RunningSystem.isElsewhere(), "kills only what it started itself");
    system = RunningSystem.start(Map.of());
    api = new Api(system);
  }

  @AfterAll
  static void stop() {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void finishesATaskOnceWhoseWorkerWasKilledInTheMiddleOfThePicture() throws IOException {
    String id = api.generate(Requests.slow(1));
    api.awaitStatus(id, "PROGRESS");
    long before = picturesOnDisk();

    system.kill("payara");

    JsonObject task = api.awaitEnd(id);
    assertThat(task.getString("status")).isEqualTo("SUCCESS");
    assertThat(picturesOnDisk()).isEqualTo(before + 2);
  }

  @Test
  void finishesTasksThatWaitedWhileTheBrokerWasKilledAndStartedAgain() throws IOException {
    String running = api.generate(Requests.slow(2));
    List<String> waiting = IntStream.range(0, 6).mapToObj(i -> api.generate(Requests.small("a green ring", i))).toList();
    api.awaitStatus(running, "PROGRESS");

    system.kill("launcher");
    String whileAway = api.generate(Requests.small("a red circle", 1));
    system.startLauncher();

    assertThat(Stream.concat(waiting.stream(), Stream.of(running, whileAway)).map(id -> api.awaitEnd(id).getString("status")))
        .containsOnly("SUCCESS");
  }

  private static long picturesOnDisk() throws IOException {
    try (Stream<Path> files = Files.walk(system.pictures())) {
      return files.filter(Files::isRegularFile).count();
    }
  }
}

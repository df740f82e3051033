package org.zimage.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.architecture.LeftOut;
import org.zimage.tests.caller.Api;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.injection.Injection;
import org.zimage.tests.faults.oracle.Verdict;
import org.zimage.tests.system.Node;

/** A web node and a worker whose clocks are wrong, beside others whose clocks are right. Needs a C compiler. */
@ExtendWith(Deployment.Shared.class)
class WrongClockFault {
  private static final String PICTURE = "{\"prompt\":\"a hill\",\"width\":128,\"height\":128,\"num_inference_steps\":8}";
  private static final int TASKS = 40;

  private final Deployment deployment;

  WrongClockFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @ParameterizedTest
  @ValueSource(ints = {3600, -3600})
  void changesNothing(int seconds) throws Exception {
    Map<String, String> settings =
        Map.of("LD_PRELOAD", library().toString(), "WRONG_CLOCK_SECONDS", Integer.toString(seconds));
    try (Node web = deployment.start("web", settings); Node worker = deployment.start("worker", settings)) {
      web.awaitReady("/health/ready");
      worker.awaitReady("/worker/health/ready");
      List<Api> apis = List.of(deployment.api(), new Api(web.url(), null, null, null));
      String moment = deployment.now();
      List<String> tasks = new ArrayList<>();
      for (int i = 0; i < TASKS; i++) {
        tasks.add(apis.get(i % 2).generate(PICTURE));
      }
      Verdict verdict = deployment.oracle().requireAllWell(tasks, apis.get(1));
      double longest = deployment.awaitSuccessAfter(moment);
      assertThat(history(apis.get(1))).as("the history's order").containsExactlyElementsOf(newestFirst(batchesOf(tasks)));
      assertThat(deployment.count("worker LIKE '%:" + worker.process().pid() + "' AND status = 'success'"))
          .as("pictures of the worker whose clock is wrong").isPositive();
      assertThat(deployment.count("attempt > 1 AND created_at > '" + moment + "'")).as("repeated").isZero();
      Injection.report("a web node's and a worker's clock an hour " + (seconds > 0 ? "ahead" : "behind"), 2, verdict,
          longest);
    }
  }

  /** This test's batches as the history has them, which calls their ids so; above them is the oracle's own. */
  private static List<String> history(Api api) {
    return api.history("?limit=50").stream().map(batch -> batch.asJsonObject().getString("task_id")).skip(1).limit(TASKS)
        .toList();
  }

  private List<String> batchesOf(List<String> tasks) throws SQLException {
    List<String> batches = new ArrayList<>();
    for (String task : tasks) {
      batches.add(deployment.single("SELECT batch_id FROM image_generation_tasks WHERE task_id = '" + task + "'"));
    }
    return batches;
  }

  private static List<String> newestFirst(List<String> batches) {
    List<String> reversed = new ArrayList<>(batches);
    Collections.reverse(reversed);
    return reversed;
  }

  private static Path library() throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("zimage.root"), "system-tests").toAbsolutePath().normalize();
    Path library = Files.createDirectories(root.resolve("target")).resolve("wrong_clock.so");
    ProcessBuilder compiler = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(),
        root.resolve("src/test/resources/c/wrong_clock.c").toString()).inheritIO();
    try {
      assertThat(compiler.start().waitFor()).as("exit status of the compiler").isZero();
    } catch (IOException noCompiler) {
      LeftOut.unless(false, "no cc was found: a clock is set wrong by a library in C (Debian: apt-get install gcc libc6-dev)");
    }
    return library;
  }
}

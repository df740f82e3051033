package org.zimage.tests.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.injection.Injection;
import org.zimage.tests.faults.oracle.Verdict;

/** Nodes that are killed while tasks end: whichever is left removes them whole. The steps one by one: {@code EndsKilledFault}. */
@ExtendWith(Deployment.Shared.class)
class EndsFault {
  private static final String ENDING =
      "{\"prompt\":\"a hill\",\"width\":64,\"height\":64,\"num_inference_steps\":1,\"expires_in\":%d}";
  private static final int TIMES = 3;
  private static final int TASKS = 10;

  private final Deployment deployment;

  EndsFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @Test
  void nothingIsLeftOfWhatHasEnded() throws Exception {
    for (int i = 0; i < TIMES; i++) {
      List<String> ending = IntStream.rangeClosed(1, TASKS).mapToObj(n -> deployment.api().generate(ENDING.formatted(n))).toList();
      deployment.oracle().expectGone(ending);
      Awaitility.await("some have ended").atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(20))
          .until(() -> deployment.count("task_id = ANY ('{" + String.join(",", ending) + "}')") < TASKS);
      deployment.web().kill();
      deployment.workers().get(0).kill();
      deployment.heal();
    }
    Verdict verdict = deployment.oracle().requireAllWell(List.of(), deployment.api());
    Injection.report("`kill -9` of the web node and a worker while tasks end", TIMES, verdict, 0);
  }
}

package org.zimage.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.injection.Injection;
import org.zimage.tests.faults.injection.Load;
import org.zimage.tests.faults.oracle.Verdict;
import org.zimage.tests.system.Node;

/** A task that is the end of every worker that takes it. */
@ExtendWith(Deployment.Shared.class)
class PoisonFault {
  private static final String POISON =
      "{\"prompt\":\"poison\",\"width\":1024,\"height\":1024,\"num_inference_steps\":50}";
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final int ATTEMPTS = 3;
  private static final int TASKS = 2;

  private final Deployment deployment;

  PoisonFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @Test
  void aTaskThatKillsItsWorkersIsGivenUpAfterThreeAndTheOthersGoOn() throws Exception {
    List<String> poison = new ArrayList<>();
    double longest = 0;
    Load load = Load.start(deployment::api, 4);
    try (load) {
      for (int i = 0; i < TASKS; i++) {
        String task = deployment.api().generate(POISON);
        poison.add(task);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
          Node victim = awaitTaken(task);
          victim.kill();
          deployment.replace(victim, deployment.start("worker"));
        }
        String moment = deployment.now();
        JsonObject end = deployment.api().awaitEnd(task);
        longest = Math.max(longest, deployment.secondsToEnd(task, moment));
        assertThat(end.getString("status")).isEqualTo("FAILURE");
        assertThat(end.getString("error_code")).isEqualTo("worker_lost");
      }
      deployment.awaitReady();
    }
    List<String> accepted = new ArrayList<>(load.accepted());
    accepted.addAll(poison);
    Verdict verdict = deployment.oracle().requireAllWell(accepted, deployment.api());
    assertThat(deployment.count("task_id = ANY ('{" + String.join(",", load.accepted())
        + "}') AND status <> 'success'"))
        .as("others that failed with it").isZero();
    Injection.report("a task that kills its worker each time: `worker_lost`", TASKS * ATTEMPTS, verdict, longest);
  }

  /** Waits until a worker is at it. */
  private Node awaitTaken(String task) {
    return await("task " + task + " is taken").atMost(LONGEST).pollInterval(Duration.ofMillis(50))
        .until(() -> holder(task), Optional::isPresent).orElseThrow();
  }

  private Optional<Node> holder(String task) throws Exception {
    for (Node worker : deployment.workers()) {
      if (worker.process().isAlive() && deployment.runningOn(worker).contains(task)) {
        return Optional.of(worker);
      }
    }
    return Optional.empty();
  }
}

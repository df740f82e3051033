package org.zimage.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.injection.Injection;
import org.zimage.tests.faults.injection.Load;
import org.zimage.tests.faults.oracle.Verdict;
import org.zimage.tests.system.Node;

/** Everything is restarted under load, one after the other, with SIGTERM. */
@ExtendWith(Deployment.Shared.class)
class RollingRestartFault {
  private static final int TERMINATED = 143;

  private final Deployment deployment;

  RollingRestartFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @Test
  void nothingIsLostAndNoAttemptIsCounted() throws Exception {
    double longest = 0;
    int times = 0;
    Load load = Load.start(deployment::api, 6);
    try (load) {
      for (Node old : deployment.workers()) {
        Node next = deployment.start("worker");
        assertThat(old.terminate()).isEqualTo(TERMINATED);
        deployment.replace(old, next);
        longest = Math.max(longest, deployment.awaitSuccessAfter(deployment.now()));
        deployment.awaitReady();
        times++;
      }
      Node oldWeb = deployment.web();
      Node nextWeb = deployment.start("web");
      nextWeb.awaitReady("/health/ready");
      deployment.replaceWeb(nextWeb);
      assertThat(oldWeb.terminate()).isEqualTo(TERMINATED);
      longest = Math.max(longest, deployment.awaitSuccessAfter(deployment.now()));
      deployment.brokers().terminate();
      deployment.brokers().launch();
      longest = Math.max(longest, deployment.awaitSuccessAfter(deployment.now()));
      deployment.restartStores();
      longest = Math.max(longest, deployment.awaitSuccessAfter(deployment.now()));
      times += 3;
    }
    List<String> accepted = load.accepted();
    System.out.println("Refused: " + load.refusals());
    Verdict verdict = deployment.oracle().requireAllWell(accepted, deployment.api());
    assertThat(deployment.count("task_id = ANY ('{" + String.join(",", accepted) + "}') AND attempt - handed_back > 1"))
        .as("tasks with a counted second attempt").isZero();
    Injection.report("everything restarted, one after the other", times, verdict, longest);
  }
}

package org.zimage.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.injection.Injection;
import org.zimage.tests.faults.injection.Load;
import org.zimage.tests.faults.oracle.Verdict;
import org.zimage.tests.system.Node;
import org.zimage.tests.system.Signals;

/** A worker that stands still past the end of its lease, and then goes on as if nothing had happened. */
@ExtendWith(Deployment.Shared.class)
class FrozenWorkerFault {
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final int TIMES = 4;

  private final Deployment deployment;

  FrozenWorkerFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @Test
  void whoWakesUpLateWritesNothing() throws Exception {
    double longest = 0;
    List<String> held = new ArrayList<>();
    Load load = Load.start(deployment::api, 4);
    try (load) {
      for (int i = 0; i < TIMES; i++) {
        Node frozen = deployment.workers().get(i % deployment.workers().size());
        await("work for it").atMost(LONGEST).pollInterval(Duration.ofMillis(20))
            .until(() -> !deployment.runningOn(frozen).isEmpty());
        Signals.send("STOP", frozen.process().pid());
        try {
          String moment = deployment.now();
          List<String> tasks = deployment.runningOn(frozen);
          held.addAll(tasks);
          await("its lease ends and others do its work").atMost(LONGEST)
              .until(() -> deployment.runningOn(frozen).isEmpty());
          for (String task : tasks) {
            deployment.api().awaitEnd(task);
            longest = Math.max(longest, deployment.secondsToEnd(task, moment));
          }
        } finally {
          Signals.send("CONT", frozen.process().pid());
        }
        frozen.awaitReady("/worker/health/ready");
      }
    }
    Verdict verdict = deployment.oracle().requireAllWell(load.accepted(), deployment.api());
    assertThat(held).as("tasks that a frozen worker held").isNotEmpty();
    Injection.report("a worker frozen past its lease, and woken", TIMES, verdict, longest);
  }
}

package org.zimage.tests.faults;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.injection.Injection;
import org.zimage.tests.faults.injection.Load;
import org.zimage.tests.faults.oracle.Verdict;
import org.zimage.tests.system.Node;

/** Workers that vanish at any moment. */
@ExtendWith(Deployment.Shared.class)
class WorkerKilledFault {
  private static final int KILLS = Integer.getInteger("zimage.kills", 30);
  private static final int LONGEST_PAUSE_MILLIS = 2_000;

  private final Deployment deployment;

  WorkerKilledFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @Test
  void whatAKilledWorkerHadIsDoneByAnother() throws Exception {
    Random random = new Random(1);
    Map<String, String> held = new TreeMap<>();
    List<String> accepted;
    try (Load load = Load.start(deployment::api, 6)) {
      for (int i = 0; i < KILLS; i++) {
        Node victim = deployment.workers().get(random.nextInt(deployment.workers().size()));
        victim.awaitReady("/worker/health/ready");
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
        victim.kill();
        String moment = deployment.now();
        for (String task : deployment.runningOn(victim)) {
          held.put(task, moment);
        }
        deployment.replace(victim, deployment.start("worker"));
      }
      deployment.awaitReady();
      load.close();
      accepted = load.accepted();
    }
    Verdict verdict = deployment.oracle().requireAllWell(accepted, deployment.api());
    double longest = 0;
    for (Map.Entry<String, String> task : held.entrySet()) {
      longest = Math.max(longest, deployment.secondsToEnd(task.getKey(), task.getValue()));
    }
    System.out.println("The killed workers held " + held.size() + " tasks");
    Injection.report("`kill -9` of a worker at a random moment", KILLS, verdict, longest);
  }
}

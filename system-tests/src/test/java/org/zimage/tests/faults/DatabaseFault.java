package org.zimage.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.injection.Injection;
import org.zimage.tests.faults.injection.Load;
import org.zimage.tests.faults.oracle.Verdict;

/** A PostgreSQL that dies while tasks are submitted and completed, and comes back after half a minute. */
@ExtendWith(Deployment.Shared.class)
class DatabaseFault {
  private static final int TIMES = 3;
  private static final long AWAY_SECONDS = 30;
  private static final String UNAVAILABLE = "503 {\"detail\":\"Service temporarily unavailable\"} Retry-After";

  private final Deployment deployment;

  DatabaseFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @Test
  void callersAreToldToComeBackAndPicturesAreNotDrawnForNothing() throws Exception {
    double longest = 0;
    String begin = deployment.now();
    Load load = Load.start(deployment::api, 6);
    try (load) {
      for (int i = 0; i < TIMES; i++) {
        await("both workers work").atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(20))
            .until(() -> deployment.count("status = 'running'") >= 2);
        deployment.webToDatabase().cut();
        deployment.workersToDatabase().cut();
        deployment.stores().kill("postgresql");
        TimeUnit.SECONDS.sleep(AWAY_SECONDS);
        await("the launcher has started it again").atMost(Duration.ofMinutes(2)).ignoreExceptions()
            .until(() -> deployment.now() != null);
        String moment = deployment.now();
        deployment.webToDatabase().heal();
        deployment.workersToDatabase().heal();
        longest = Math.max(longest, deployment.awaitSuccessAfter(moment));
      }
    }
    System.out.println("Refused: " + load.refusals());
    assertThat(load.refusals()).as("answers other than a task's id").containsOnlyKeys(UNAVAILABLE);
    Verdict verdict = deployment.oracle().requireAllWell(load.accepted(), deployment.api());
    assertThat(deployment.count("created_at > '" + begin + "' AND attempt - handed_back > 1"))
        .as("tasks that lost an attempt: no worker was lost, each outage was longer than a lease").isZero();
    Injection.report("PostgreSQL killed and away for 30 s", TIMES, verdict, longest);
  }
}

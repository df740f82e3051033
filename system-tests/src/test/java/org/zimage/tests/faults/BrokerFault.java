package org.zimage.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.injection.Injection;
import org.zimage.tests.faults.injection.Load;

/** A broker that dies under load, with generations in flight. */
@ExtendWith(Deployment.Shared.class)
class BrokerFault {
  private static final int KILLS = 5;
  private static final int LONGEST_PAUSE_MILLIS = 3_000;

  private final Deployment deployment;

  BrokerFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @Test
  void nobodyNoticesThatItDied() throws Exception {
    Random random = new Random(1);
    double longest = 0;
    Load load = Load.start(deployment::api, 6);
    try (load) {
      for (int i = 0; i < KILLS; i++) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
        deployment.brokers().kill("launcher");
        int before = load.accepted().size();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
        deployment.api().generate("{\"prompt\":\"while it is away\",\"width\":64,\"height\":64,\"num_inference_steps\":1}");
        deployment.brokers().launch();
        longest = Math.max(longest, deployment.awaitSuccessAfter(deployment.now()));
        assertThat(load.accepted().size()).as("accepted while it was away").isGreaterThanOrEqualTo(before);
      }
    }
    assertThat(load.refusals()).as("answers other than a task's id").isEmpty();
    Injection.report("`kill -9` and restart of the broker", KILLS,
        deployment.oracle().requireAllWell(load.accepted(), deployment.api()), longest);
  }
}

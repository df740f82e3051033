package org.zimage.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.injection.Injection;
import org.zimage.tests.faults.injection.Load;

/** A Redis that dies, stands still, cannot be reached or forgets everything. */
@ExtendWith(Deployment.Shared.class)
class RedisFault {
  private static final int TIMES = 3;
  private static final long AWAY_SECONDS = 5;

  private final Deployment deployment;

  RedisFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @Test
  void tasksDoWithoutIt() throws Exception {
    double longest = 0;
    Load load = Load.start(deployment::api, 6);
    try (load) {
      for (int i = 0; i < TIMES; i++) {
        deployment.stores().kill("redis");
        longest = Math.max(longest, deployment.awaitSuccessAfter(deployment.now()));
        forgetEverything();
        longest = Math.max(longest, deployment.awaitSuccessAfter(deployment.now()));
        deployment.nodesToRedis().cut();
        longest = Math.max(longest, deployment.awaitSuccessAfter(deployment.now()));
        TimeUnit.SECONDS.sleep(AWAY_SECONDS);
        deployment.nodesToRedis().heal();
        deployment.stores().freeze("redis");
        try {
          longest = Math.max(longest, deployment.awaitSuccessAfter(deployment.now()));
          TimeUnit.SECONDS.sleep(AWAY_SECONDS);
        } finally {
          deployment.stores().thaw("redis");
        }
      }
    }
    assertThat(load.refusals()).as("answers other than a task's id").isEmpty();
    Injection.report("Redis killed, flushed, cut off, frozen", 4 * TIMES,
        deployment.oracle().requireAllWell(load.accepted(), deployment.api()), longest);
  }

  private void forgetEverything() throws IOException {
    URI url = URI.create(deployment.stores().addresses().get("REDIS_URL"));
    try (Socket redis = new Socket(url.getHost(), url.getPort())) {
      OutputStream out = redis.getOutputStream();
      out.write(("AUTH " + url.getUserInfo().substring(1) + "\r\nFLUSHALL\r\n").getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(redis.getInputStream().readNBytes(8), StandardCharsets.US_ASCII)).isEqualTo("+OK\r\n+OK");
    }
  }
}

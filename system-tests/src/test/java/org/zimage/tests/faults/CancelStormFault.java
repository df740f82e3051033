package org.zimage.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.caller.Api;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.injection.Injection;
import org.zimage.tests.faults.oracle.Verdict;
import org.zimage.tests.system.Node;

/** Callers who change their minds, again and again, and at the worst moment. */
@ExtendWith(Deployment.Shared.class)
class CancelStormFault {
  private static final String STEPS = "{\"prompt\":\"a sea\",\"width\":512,\"height\":512,\"num_inference_steps\":10}";
  private static final String LONG = "{\"prompt\":\"a sea\",\"width\":1024,\"height\":1024,\"num_inference_steps\":50}";
  private static final String SMALL = "{\"prompt\":\"a sea\",\"width\":64,\"height\":64,\"num_inference_steps\":1}";
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final int AT_ONCE = 3;
  private static final int KILLS = 4;
  private static final int THOUSAND = 1000;

  private final Deployment deployment;

  CancelStormFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @Test
  void atEveryStepThreeTimesQuickly() throws Exception {
    Api api = deployment.api();
    List<String> tasks = new ArrayList<>();
    for (int progress = 0; progress < 100; progress += 10) {
      int reached = progress;
      String task = api.generate(STEPS);
      tasks.add(task);
      api.watch(task, status -> status.getInt("progress") >= reached && !status.getString("status").equals("PENDING"));
      cancelAtOnce(task);
      api.awaitEnd(task);
    }
    String moment = deployment.now();
    Verdict verdict = deployment.oracle().requireAllWell(tasks, api);
    assertThat(deployment.count("task_id = ANY ('{" + String.join(",", tasks) + "}') AND status = 'cancelled'"))
        .isPositive();
    Injection.report("cancelled at every step, three times at once", tasks.size() * AT_ONCE, verdict,
        deployment.awaitSuccessAfter(moment));
  }

  @Test
  void cancelledWhileItsWorkerIsKilled() throws Exception {
    List<String> tasks = new ArrayList<>();
    double longest = 0;
    for (int i = 0; i < KILLS; i++) {
      deployment.awaitReady();
      String task = deployment.api().generate(LONG);
      tasks.add(task);
      await("it runs").atMost(LONGEST).pollInterval(Duration.ofMillis(20)).until(() -> holder(task) != null);
      Node victim = holder(task);
      CompletableFuture<JsonObject> cancel = CompletableFuture.supplyAsync(() -> deployment.api().cancel(task));
      victim.kill();
      String moment = deployment.now();
      assertThat(cancel.join().getString("status")).isEqualTo("CANCELLED");
      assertThat(deployment.api().awaitEnd(task).getString("status")).isEqualTo("REVOKED");
      longest = Math.max(longest, deployment.secondsToEnd(task, moment));
      deployment.replace(victim, deployment.start("worker"));
    }
    deployment.awaitReady();
    Injection.report("cancelled while its worker is killed", tasks.size(),
        deployment.oracle().requireAllWell(tasks, deployment.api()), longest);
  }

  private Node holder(String task) throws Exception {
    for (Node worker : deployment.workers()) {
      if (deployment.runningOn(worker).contains(task)) {
        return worker;
      }
    }
    return null;
  }

  @Test
  void everyTenthOfAThousand() throws Exception {
    Api api = deployment.api();
    List<String> tasks = new ArrayList<>();
    List<CompletableFuture<?>> cancels = new ArrayList<>();
    for (int i = 0; i < THOUSAND; i++) {
      String task = api.generate(SMALL);
      tasks.add(task);
      if (i % 10 == 9) {
        cancels.add(CompletableFuture.supplyAsync(() -> api.cancel(task)));
      }
    }
    cancels.forEach(CompletableFuture::join);
    String moment = deployment.now();
    Verdict verdict = deployment.oracle().requireAllWell(tasks, api);
    assertThat(deployment.count("task_id = ANY ('{" + String.join(",", tasks) + "}') AND status = 'error'")).isZero();
    Injection.report("a thousand tasks, every tenth cancelled", cancels.size(), verdict,
        deployment.awaitSuccessAfter(moment));
  }

  private void cancelAtOnce(String task) {
    Stream<CompletableFuture<JsonObject>> calls =
        IntStream.range(0, AT_ONCE).mapToObj(i -> CompletableFuture.supplyAsync(() -> deployment.api().cancel(task)));
    assertThat(calls.toList()).allSatisfy(
        call -> assertThat(call.join().getString("status")).isIn("CANCELLED", "REVOKED", "SUCCESS"));
  }
}

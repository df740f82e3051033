package org.zimage.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.injection.Injection;
import org.zimage.tests.faults.oracle.Verdict;

/** A message that comes again and again: of a task that waits, that runs, that is over. */
@ExtendWith(Deployment.Shared.class)
class SameMessageFault {
  private static final String PICTURE =
      "{\"prompt\":\"a hill\",\"width\":256,\"height\":256,\"num_inference_steps\":8}";
  private static final int TASKS = 20;
  private static final int TIMES = 10;

  private final Deployment deployment;

  SameMessageFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @Test
  void everyTaskIsWorkedOnOnce() throws Exception {
    Broker broker = deployment.broker();
    List<String> tasks = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      String task = deployment.api().generate(PICTURE);
      tasks.add(task);
      IntStream.range(0, TIMES).mapToObj(n -> CompletableFuture.runAsync(() -> tell(broker, task))).toList()
          .forEach(CompletableFuture::join);
    }
    tasks.forEach(deployment.api()::awaitResult);
    String moment = deployment.now();
    tasks.forEach(task -> tell(broker, task));

    Verdict verdict = deployment.oracle().requireAllWell(tasks, deployment.api());

    assertThat(deployment.count("task_id = ANY ('{" + String.join(",", tasks) + "}') AND attempt <> 1"))
        .as("tasks that were worked on again").isZero();
    Injection.report("the same message ten times at once", TASKS * TIMES + TASKS, verdict,
        deployment.awaitSuccessAfter(moment));
  }

  private static void tell(Broker broker, String task) {
    try (JMSContext context = broker.connectAsNode()) {
      context.createProducer().send(context.createQueue("zimage.generate"), task);
    }
  }
}

package org.zimage.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.tests.faults.injection.Deployment;
import org.zimage.tests.faults.injection.Injection;
import org.zimage.tests.faults.injection.Load;
import org.zimage.tests.faults.injection.Wire;

/** A network that is cut, slow or loses connections, between each kind of node and each server. */
@ExtendWith(Deployment.Shared.class)
class NetworkFault {
  private static final long SECONDS = 20;
  private static final long SILENT_SECONDS = 60;
  private static final long ONE_WAY_MILLIS = 250;
  private static final double RESETS = 0.02;
  private static final Map<String, Consumer<Wire>> FAULTS = Map.of("cut for 20 s", Wire::cut,
      "500 ms slower for 20 s", wire -> wire.slow(ONE_WAY_MILLIS), "lossy for 20 s", wire -> wire.lossy(RESETS), "silent for 60 s", Wire::silence);

  private final Deployment deployment;

  NetworkFault(Deployment deployment) {
    this.deployment = deployment;
  }

  @BeforeEach
  void heal() throws IOException {
    deployment.heal();
  }

  @ParameterizedTest
  @CsvSource({
    "workers to database, cut for 20 s", "workers to database, 500 ms slower for 20 s", "workers to database, lossy for 20 s",
    "workers to database, silent for 60 s", "workers to broker, silent for 60 s", "web to database, silent for 60 s",
    "web to broker, silent for 60 s",
    "workers to broker, cut for 20 s", "workers to broker, 500 ms slower for 20 s", "workers to broker, lossy for 20 s",
    "web to database, cut for 20 s", "web to database, 500 ms slower for 20 s", "web to database, lossy for 20 s",
    "web to broker, cut for 20 s", "web to broker, 500 ms slower for 20 s", "web to broker, lossy for 20 s"})
  void workGoesOnWhenItIsBack(String where, String fault) throws Exception {
    Wire wire = wire(where);
    double seconds;
    Load load = Load.start(deployment::api, 6);
    try (load) {
      deployment.awaitSuccessAfter(deployment.now());
      FAULTS.get(fault).accept(wire);
      TimeUnit.SECONDS.sleep(fault.startsWith("silent") ? SILENT_SECONDS : SECONDS);
      String moment = deployment.now();
      wire.heal();
      seconds = deployment.awaitSuccessAfter(moment);
    }
    System.out.println(where + " " + fault + ": " + load.accepted().size() + " accepted, refused: " + load.refusals());
    assertThat(load.refusals().keySet()).as("answers other than a task's id")
        .allMatch(answer -> answer.equals("503 {\"detail\":\"Service temporarily unavailable\"} Retry-After"));
    Injection.report("network from " + where + " " + fault, 1,
        deployment.oracle().requireAllWell(load.accepted(), deployment.api()), seconds);
  }

  private Wire wire(String where) {
    return switch (where) {
      case "workers to database" -> deployment.workersToDatabase();
      case "workers to broker" -> deployment.workersToBroker();
      case "web to database" -> deployment.webToDatabase();
      case "web to broker" -> deployment.webToBroker();
      default -> throw new IllegalArgumentException(where);
    };
  }
}

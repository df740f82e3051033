package org.zimage.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A web node and a worker with accounts of their own at a broker that encrypts. Each may do what the documentation gives it, and
 * nothing else.
 */
@Tag("deployment")
class BrokerAccountsIT {
  private static final String TINY = "{\"prompt\":\"a red circle\",\"width\":128,\"height\":128,\"num_inference_steps\":2}";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String PASSWORD = "se cret/@1";
  private static final String ENCODED = "se%20cret%2F%401";

  @TempDir
  private static Path folder;
  private static Authority authority;
  private static OtherBroker broker;
  private static RunningSystem backends;
  private static Node web;
  private static Node worker;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    authority = Authority.make(folder);
    broker = OtherBroker.start("?sslEnabled=true;keyStorePath=" + authority.keyStore() + ";keyStorePassword=" + Authority.PASSWORD);
    broker.account("web", PASSWORD, "zimage-web");
    broker.account("worker", PASSWORD, "zimage-worker");
    broker.account("shop", PASSWORD, "zimage-client");
    backends = RunningSystem.startBackends(Map.of("ARTEMIS_URL", url("web")));
    Map<String, String> environment = new TreeMap<>(backends.addresses());
    web = Node.start("web", backends.folder("."), environment);
    environment.put("ARTEMIS_URL", url("worker"));
    worker = Node.start("worker", backends.folder("."), environment);
    web.awaitReady("/health/ready");
    worker.awaitReady("/worker/health/ready");
    api = new Api(web.url(), null, null, null);
  }

  private static String url(String account) {
    return "tcp://" + account + ":" + ENCODED + "@localhost:" + broker.port() + "?sslEnabled=true&trustStorePath="
        + authority.trustStore() + "&trustStorePassword=" + Authority.PASSWORD;
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable each : new AutoCloseable[] {worker, web, backends, broker}) {
      if (each != null) {
        each.close();
      }
    }
  }

  @Test
  void theExamplesAskAndHearWithAnAccountOverTls() {
    MessageExamples.assertAskAndHear(broker, Map.of("BROKER_AUTHORITY", authority.certificate().toString()),
        "shop:" + PASSWORD + "@localhost:" + broker.port(), "key");
  }

  @ParameterizedTest
  @CsvSource({"CONSUME, zimage.dlq, consume", "CONSUME, zimage.requests, consume", "SEND, zimage.events, send",
      "SEND, zimage.generate, send"})
  void aPermissionThatIsMissingIsSaidOnceByItsNameAndCostsNoTask(CheckType type, String address, String permission) throws Exception {
    await().atMost(PATIENCE).until(() -> isWell());
    String log = web.text();
    Set<Role> before = broker.forbid(type, address);
    String task;
    try {
      broker.disconnect("web");
      task = api.generate(TINY);
      String words = "permission " + permission + " is missing for " + address;
      await().atMost(PATIENCE).until(() -> api.get("/health").line().matches("200 .*\"degraded\".*\"broker\":\"[^\"]*" + words + ".*"));
      assertThat(api.metric("zimage_broker_up")).isZero();
      Thread.sleep(5_000); // that it is not said again
      String said = web.text().substring(log.length());
      System.out.println(said);
      assertThat(said.lines().filter(line -> line.contains(address) && line.contains("WARNING"))).as(said).hasSize(1);
      assertThat(said).doesNotContain("\tat ");
    } finally {
      broker.permit(address, before);
    }
    api.awaitResult(task);
    await().atMost(PATIENCE).until(() -> {
      api.awaitResult(api.generate(TINY)); // what could not be sent may have been sent by the other node
      return isWell();
    });
  }

  @Test
  void aPasswordThatTheBrokerRefusesIsSaidOnceAndCostsNoTask() throws Exception {
    await().atMost(PATIENCE).until(() -> isWell());
    String log = web.text();
    broker.account("web", "another");
    String task;
    try {
      broker.disconnect("web");
      task = api.generate(TINY);
      await().atMost(PATIENCE).until(() ->
          api.get("/health/ready").line().matches("200 .*\"degraded\".*\"broker\":\"the account or its password is refused\".*"));
      assertThat(api.metric("zimage_broker_up")).isZero();
      Thread.sleep(10_000); // that it is not said again
      String said = web.text().substring(log.length());
      System.out.println(said);
      assertThat(said.lines()).as(said).hasSizeLessThan(20);
    } finally {
      broker.account("web", PASSWORD);
    }
    api.awaitResult(task);
    await().atMost(PATIENCE).until(() -> isWell() && api.metric("zimage_broker_up") == 1);
  }

  private static boolean isWell() {
    return api.get("/health").line().contains("\"status\":\"ok\"");
  }
}

package org.zimage.tests.messages;

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
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Api;
import org.zimage.tests.server.Authority;
import org.zimage.tests.server.OtherBroker;
import org.zimage.tests.system.Node;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.Teardown;

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
    Teardown.close(worker, web, backends, broker);
  }

  @Test
  void theExamplesAskAndHearWithAnAccountOverTls() {
    MessageExamples.assertAskAndHear(broker, Map.of("BROKER_AUTHORITY", authority.certificate().toString()),
        "shop:" + PASSWORD + "@localhost:" + broker.port(), "key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zimage.events", "zimage.generate"})
  void whatMayNotBeSentIsSaidOnceAndWaitsUntilItMay(String address) throws Exception {
    await().atMost(PATIENCE).until(() -> isWell(api));
    String log = web.text();
    Set<Role> before = broker.forbid(CheckType.SEND, address);
    String task;
    try {
      task = api.generate(TINY);
      awaitTrouble(api, "permission send is missing for " + address);
      assertThat(api.metric("zimage_broker_up")).isZero();
      Thread.sleep(5_000); // that it is not said again
      assertSaidOnce(web.text().substring(log.length()), address);
    } finally {
      broker.permit(address, before);
    }
    api.awaitResult(task);
    await().atMost(PATIENCE).until(() -> {
      api.awaitResult(api.generate(TINY)); // what could not be sent may have been sent by the other node
      return isWell(api);
    });
  }

  @Test
  void aNodeThatIsNotLetInSaysWhyAndGoesOnWhenItIs() throws Exception {
    Map<String, String> environment = new TreeMap<>(backends.addresses());
    environment.put("ARTEMIS_URL", url("late"));
    try (Node late = Node.start("web", backends.folder("."), environment)) {
      late.awaitReady("/health/ready");
      Api lateApi = new Api(late.url(), null, null, null);
      String task = lateApi.generate(TINY);
      awaitTrouble(lateApi, "the account or its password is refused");
      assertThat(lateApi.metric("zimage_broker_up")).isZero();
      String log = late.text();
      Thread.sleep(10_000); // that it is not said again
      assertThat(late.text().substring(log.length()).lines()).as(late.text()).hasSizeLessThan(5);
      assertThat(late.text()).doesNotContain("poolmgr.", "ActiveMQSecurityException: [");

      Set<Role> before = broker.forbid(CheckType.CONSUME, "zimage.dlq");
      try {
        broker.account("late", PASSWORD, "zimage-web");
        awaitTrouble(lateApi, "permission consume is missing for zimage.dlq");
        Thread.sleep(5_000); // that it is not said again
        assertSaidOnce(late.text().substring(log.length()), "CONSUME");
      } finally {
        broker.permit("zimage.dlq", before);
      }
      lateApi.awaitResult(task);
      await().atMost(PATIENCE).until(() -> isWell(lateApi) && lateApi.metric("zimage_broker_up") == 1);
    }
  }

  private static void awaitTrouble(Api node, String words) {
    await("health tells: " + words).atMost(PATIENCE)
        .until(() -> node.get("/health").line().matches("200 .*\"degraded\".*\"broker\":\"[^\"]*" + words + ".*"));
  }

  private static void assertSaidOnce(String log, String word) {
    assertThat(log.lines().filter(line -> line.contains(word) && line.contains("WARNING"))).as(log).hasSize(1);
    assertThat(log).doesNotContain("\tat ");
  }

  private static boolean isWell(Api node) {
    return node.get("/health").line().contains("\"status\":\"ok\"");
  }
}

package org.zimage.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Crowd;
import org.zimage.tests.caller.Onlooker;
import org.zimage.tests.system.Node;
import org.zimage.tests.system.RunningSystem;

/**
 * Callers who take more than they need: an ordinary client beside them is served meanwhile, health stays what it is, and the web
 * node's memory stays bounded. One web node with its servers, and no worker.
 */
class AbuseFault {
  private static final String PICTURE = "{\"prompt\":\"a sea\",\"width\":64,\"height\":64,\"num_inference_steps\":1}";
  private static final String POST_HEAD = "POST /v1/images/generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  private static final double LONGEST_WAIT_SECONDS = 15;
  private static final int MOST_MEMORY_MB = 1200;
  private static final int WAITING = Integer.getInteger("zimage.waiting", 100_000);
  private static final int SENDERS = 16;

  private static RunningSystem stores;
  private static Node web;
  private static Api api;

  private Onlooker onlooker;
  private int memoryBefore;

  @BeforeAll
  static void start() throws IOException {
    stores = RunningSystem.startBackends();
    web = Node.start("web", stores.folder("."), stores.addresses());
    web.awaitReady("/health/ready");
    api = new Api(web.url(), null, null, null);
  }

  @AfterAll
  static void stop() throws IOException {
    if (web != null) {
      web.close();
    }
    stores.close();
  }

  @BeforeEach
  void look() throws IOException {
    memoryBefore = memoryMb(web);
    onlooker = Onlooker.start(api);
  }

  @AfterEach
  void isServedMeanwhile(TestInfo test) throws IOException, InterruptedException {
    onlooker.close();
    int memory = memoryMb(web);
    System.out.printf(Locale.ROOT, "| %s | %.2f | %d | %d |%n", test.getDisplayName(), onlooker.slowestSeconds(), memoryBefore,
        memory);
    assertThat(onlooker.failures()).isEmpty();
    assertThat(onlooker.slowestSeconds()).isLessThan(LONGEST_WAIT_SECONDS);
    assertThat(memory).as("the web node's resident memory in MB").isLessThan(MOST_MEMORY_MB);
  }

  @Test
  void bodiesThatComeOneByteASecond() throws Exception {
    try (Crowd crowd = Crowd.connect(web.url(), 1000, POST_HEAD + "Content-Length: 1000\r\n\r\n{")) {
      for (int second = 0; second < 10; second++) {
        crowd.send(" ");
        TimeUnit.SECONDS.sleep(1);
      }
      assertThat(crowd.answers()).allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 408 Request Timeout")
          .endsWith("{\"detail\":\"Request Timeout\"}"));
    }
  }

  @Test
  void headsThatComeOneLineASecond() throws Exception {
    try (Crowd crowd = Crowd.connect(web.url(), 1000, POST_HEAD)) {
      for (int second = 0; second < 10; second++) {
        crowd.send("X-More: " + second + "\r\n");
        TimeUnit.SECONDS.sleep(1);
      }
      crowd.send("Content-Length: 2\r\nConnection: close\r\n\r\n{}");
      assertThat(crowd.answers()).allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 422 "));
    }
  }

  @Test
  void connectionsThatAreOnlyOpened() throws Exception {
    try (Crowd crowd = Crowd.connect(web.url(), 5000, "")) {
      TimeUnit.SECONDS.sleep(10);
      crowd.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      assertThat(crowd.answers()).allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 200 "));
    }
  }

  @Test
  void headersOfAMegabyte() throws Exception {
    for (int i = 0; i < 200; i++) {
      try (Crowd crowd = Crowd.connect(web.url(), 1, "GET /v1/history HTTP/1.1\r\nHost: localhost\r\n")) {
        crowd.send("X-Much: " + "x".repeat(1 << 20) + "\r\nConnection: close\r\n\r\n");
        assertThat(crowd.answers()).allSatisfy(answer -> assertThat(answer).satisfiesAnyOf(
            refused -> assertThat(refused).startsWith("HTTP/1.1 400 "), ended -> assertThat(ended).isEmpty()));
      }
    }
  }

  @Test
  void jsonThatIsAHundredThousandDeep() {
    int depth = 100_000;
    for (String deep : List.of("[".repeat(depth), "[".repeat(depth) + "]".repeat(depth),
        "{\"a\":".repeat(depth) + "1" + "}".repeat(depth),
        "{\"prompt\":\"a sea\",\"metadata\":" + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + "}")) {
      for (String path : List.of("/v1/images/generate", "/v1/images/generations", "/mcp")) {
        Answer answer = api.post(path, deep, "Accept", "application/json, text/event-stream");
        assertThat(answer.status()).as(path + " " + deep.substring(0, 20) + " " + answer.body()).isBetween(400, 422);
      }
    }
  }

  @Test
  void fiveThousandListenersOfOneTask() throws Exception {
    String task = api.generate(PICTURE);
    try (Crowd crowd = Crowd.connect(web.url(), 5000,
        "GET /v1/tasks/" + task + "/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")) {
      await().atMost(Duration.ofMinutes(1)).until(() -> api.metric("zimage_event_streams") >= 5000);
      api.cancel(task);
      assertThat(crowd.answers()).allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 200 ").contains("REVOKED"));
    }
  }

  @Test
  void aHundredThousandWaitingTasks() throws Exception {
    int before = api.get("/v1/system").json().getInt("queue_depth");
    ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
    List<Future<String>> tasks = IntStream.range(0, WAITING).mapToObj(i -> senders.submit(() -> api.generate(PICTURE))).toList();
    for (Future<String> task : tasks) {
      assertThat(task.get()).isNotEmpty();
    }
    senders.shutdown();
    assertThat(api.get("/v1/system").json().getInt("queue_depth")).isEqualTo(before + WAITING);
    assertThat(api.history("?limit=50&status=PENDING")).hasSize(50);
    assertThat(api.cancel(tasks.get(WAITING / 2).get()).getString("status")).isEqualTo("CANCELLED");
    try (Node worker = Node.start("worker", stores.folder("."), stores.addresses())) {
      worker.awaitReady("/worker/health/ready");
      api.awaitResult(tasks.get(0).get());
    }
  }

  private static int memoryMb(Node node) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(node.process().pid()), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:")).mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")) / 1024)
        .findFirst().orElseThrow();
  }
}

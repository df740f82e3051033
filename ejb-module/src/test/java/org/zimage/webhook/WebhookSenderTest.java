package org.zimage.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.api.events.Deliveries.Delivery;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.error.InvalidRequest;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.TaskId;
import org.zimage.task.TaskNotAllowed;
import org.zimage.task.lifecycle.Cancellation;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

/** Receivers that are there, away, or misbehave. */
@ExtendWith(Platform.class)
class WebhookSenderTest {
  private final Submission submission = Platform.bean(Submission.class);
  private final Cancellation cancellation = Platform.bean(Cancellation.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final DeliveryLog deliveries = Platform.bean(DeliveryLog.class);
  private final WebhookSender sender = Platform.bean(WebhookSender.class);
  private final WebhookSecrets secrets = Platform.bean(WebhookSecrets.class);
  private final Callers callers = Platform.bean(Callers.class);
  private final Database database = new Database();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger status = new AtomicInteger(200);
  private HttpServer receiver;

  private record Received(String path, Map<String, String> headers, String body) { }

  @BeforeEach
  void startTheReceiver() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/", this::receive);
    receiver.start();
  }

  @AfterEach
  void stopTheReceiver() {
    receiver.stop(0);
  }

  @Test
  void theEndOfATaskIsToldWithASignature() {
    Caller client = callers.identify("client-key-1", Origin.NODE);
    TaskId task = submit(client, "/hook?a=b", "");
    cancellation.cancel(task.value(), client);

    await().until(() -> deliveries.of(task.value(), client).get(0).status().equals("delivered"));

    assertThat(received).hasSize(1);
    Received call = received.get(0);
    assertThat(call.path()).isEqualTo("/hook?a=b");
    assertThat(call.body()).startsWith("{\"type\":\"zimage.task.cancelled\",\"timestamp\":\"")
        .contains("\"data\":{\"task_id\":\"" + task + "\",\"status\":\"REVOKED\"").doesNotContain("client-key-1");
    String id = call.headers().get("Webhook-id");
    long time = Long.parseLong(call.headers().get("Webhook-timestamp"));
    assertThat(call.headers().get("Webhook-signature"))
        .isEqualTo(secrets.sign(client.clientId(), id, time, call.body()))
        .isNotEqualTo(secrets.sign("another", id, time, call.body()));
  }

  @Test
  void onlyTheEventsThatWereAskedForAreToldInTheirOrder() {
    TaskId task = submit(Caller.ANONYMOUS, "/",
        ",\"webhook_events\":[\"zimage.task.submitted\",\"zimage.task.cancelled\"]");
    cancellation.cancel(task.value(), Caller.ANONYMOUS);

    await().until(() -> received.size() == 2);

    assertThat(received).extracting(call -> call.body().replaceAll("^\\{\"type\":\"([^\"]*)\".*", "$1"))
        .containsExactly("zimage.task.submitted", "zimage.task.cancelled");
  }

  @Test
  void aReceiverThatWasAwayGetsEveryEventOnceByItsId() {
    status.set(503);
    TaskId task = submit(Caller.ANONYMOUS, "/",
        ",\"webhook_events\":[\"zimage.task.submitted\",\"zimage.task.started\"]");
    ledger.claim(task, "worker");
    await().until(() -> received.size() >= 2 || wake());
    Delivery waiting = deliveries.of(task.value(), Caller.ANONYMOUS).get(0);
    assertThat(waiting.status()).isEqualTo("pending");
    assertThat(waiting.error()).isEqualTo("the receiver answered 503");
    assertThat(waiting.nextAttemptAt()).isNotNull();

    status.set(204);
    await().atMost(Duration.ofSeconds(30)).until(() -> allDelivered(task) || wake());

    assertThat(received.stream().map(call -> call.headers().get("Webhook-id")).distinct()).hasSize(2);
    assertThat(deliveries.of(task.value(), Caller.ANONYMOUS)).extracting(Delivery::type)
        .containsExactly("zimage.task.submitted", "zimage.task.started");
    assertThat(received.get(received.size() - 1).body()).contains("zimage.task.started");
  }

  @Test
  void aRedirectIsNotFollowed() {
    status.set(302);
    TaskId task = submit(Caller.ANONYMOUS, "/redirect", ",\"webhook_events\":[\"zimage.task.submitted\"]");

    await().until(() -> deliveries.of(task.value(), Caller.ANONYMOUS).get(0).error() != null);

    Delivery delivery = deliveries.of(task.value(), Caller.ANONYMOUS).get(0);
    assertThat(delivery.error()).isEqualTo("redirects are not followed");
    assertThat(delivery.responseStatus()).isEqualTo(302);
    assertThat(received).extracting(Received::path).containsOnly("/redirect");
  }

  @Test
  void aReceiverThatIsGoneForGoodIsNotCalledAgain() {
    status.set(410);
    TaskId task = submit(Caller.ANONYMOUS, "/", ",\"webhook_events\":[\"zimage.task.submitted\"]");

    await().until(() -> deliveries.of(task.value(), Caller.ANONYMOUS).get(0).status().equals("failed"));
    assertThat(received).hasSize(1);
  }

  @Test
  void nothingIsToldToHostsThatAreNotAllowed() {
    assertThatThrownBy(() -> submission.submit(GenerationRequest.parse(
        "{\"prompt\":\"x\",\"webhook_url\":\"https://elsewhere.example/\"}"), Caller.ANONYMOUS, null))
        .isInstanceOf(InvalidRequest.class).hasMessageContaining("not among those");
    assertThatThrownBy(() -> GenerationRequest.parse(
        "{\"prompt\":\"x\",\"webhook_url\":\"ftp://a/\",\"webhook_events\":[\"x\"]}"))
        .isInstanceOf(InvalidRequest.class).hasMessageContaining("webhook_url").hasMessageContaining("webhook_events");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:65536/", "http://127.0.0.1:0/", "https://hooks.example.com:2147483647"})
  void aPortThatDoesNotExistIsRefused(String url) {
    assertThatThrownBy(() -> GenerationRequest.parse("{\"prompt\":\"x\",\"webhook_url\":\"" + url + "\"}"))
        .isInstanceOf(InvalidRequest.class).hasMessageContaining("webhook_url");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:70000/", "http://[::1", "mailto:nobody", "http://"})
  void anAddressThatCannotBeCalledCountsAsACallAndHoldsNobodyUp(String url) {
    TaskId odd = submit(Caller.ANONYMOUS, "/odd", "");
    database.execute("UPDATE webhooks SET url = '" + url + "'");
    TaskId good = submit(Caller.ANONYMOUS, "/good", "");
    cancellation.cancel(odd.value(), Caller.ANONYMOUS);
    cancellation.cancel(good.value(), Caller.ANONYMOUS);

    await().until(() -> received.size() == 1);
    await().until(() -> deliveries.of(odd.value(), Caller.ANONYMOUS).get(0).error() != null);

    assertThat(received.get(0).path()).isEqualTo("/good");
    Delivery delivery = deliveries.of(odd.value(), Caller.ANONYMOUS).get(0);
    assertThat(delivery.attempts()).isBetween(1, 2);
  }

  /** Each call to it takes as long as a call may. */
  @Test
  void aReceiverThatSaysNothingHoldsNoOtherHostsUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 12; i++) {
        tell("http://LocalHost:" + silent.getLocalPort() + "/" + i);
      }
      await().until(() -> database.number("SELECT count(*) FROM webhook_deliveries WHERE attempts > 0") >= 4);
      tell("http://127.0.0.1:" + receiver.getAddress().getPort() + "/");

      await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);
    }
  }

  private void tell(String url) {
    TaskId task = submission.submit(GenerationRequest.parse("{\"prompt\":\"a cat\",\"webhook_url\":\"" + url + "\"}"), Caller.ANONYMOUS, null);
    cancellation.cancel(task.value(), Caller.ANONYMOUS);
  }

  @Test
  void whatIsTakenAgainAndAgainWithoutAnEndIsGivenUpWithoutACall() {
    TaskId task = submit(Caller.ANONYMOUS, "/", "");
    database.execute("INSERT INTO webhook_deliveries (id, task_id, url, type, body, attempts) SELECT gen_random_uuid(), task_id, url, "
        + "'zimage.task.succeeded', '{}', 12 FROM webhooks");

    sender.wake();

    await().until(() -> deliveries.of(task.value(), Caller.ANONYMOUS).get(0).status().equals("failed"));
    assertThat(deliveries.of(task.value(), Caller.ANONYMOUS).get(0).error()).isEqualTo("no call came to an end");
    assertThat(received).isEmpty();
  }

  @Test
  void aNodeThatTookTooLongWritesNothingOverTheNextOnesCall() {
    TaskId task = submit(Caller.ANONYMOUS, "/", "");
    database.execute("INSERT INTO webhook_deliveries (id, task_id, url, type, body) SELECT gen_random_uuid(), task_id, url, "
        + "'zimage.task.succeeded', '{}' FROM webhooks");
    DeliveryLog.Taken late = deliveries.take(Set.of()).orElseThrow();
    database.execute("UPDATE webhook_deliveries SET attempts = 2");
    Delivery before = deliveries.of(task.value(), Caller.ANONYMOUS).get(0);

    deliveries.postpone(late, 1, 503, "late");
    deliveries.delivered(late, 200);
    deliveries.givenUp(late, 410, "late");

    assertThat(deliveries.of(task.value(), Caller.ANONYMOUS)).containsExactly(before);
  }

  @Test
  void noProxyIsAsked() {
    List<URI> asked = new CopyOnWriteArrayList<>();
    ProxySelector before = ProxySelector.getDefault();
    ProxySelector.setDefault(new NoProxy(asked));
    try {
      TaskId task = submit(Caller.ANONYMOUS, "/", "");
      cancellation.cancel(task.value(), Caller.ANONYMOUS);
      await().until(() -> received.size() == 1);
    } finally {
      ProxySelector.setDefault(before);
    }

    assertThat(asked).extracting(URI::getPort).doesNotContain(receiver.getAddress().getPort());
  }

  /** The system's proxies: none, but whoever asks for one is noted. */
  private static final class NoProxy extends ProxySelector {
    private final List<URI> asked;

    NoProxy(List<URI> asked) {
      this.asked = asked;
    }

    @Override
    public List<Proxy> select(URI uri) {
      asked.add(uri);
      return List.of(Proxy.NO_PROXY);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
      // there is none
    }
  }

  @Test
  void theLogIsTheOwners() {
    TaskId task = submit(callers.identify("client-key-1", Origin.NODE), "/", "");

    assertThatThrownBy(() -> deliveries.of(task.value(), callers.identify("client-key-2", Origin.NODE)))
        .isInstanceOf(TaskNotAllowed.class);
  }

  private TaskId submit(Caller caller, String path, String more) {
    return submission.submit(GenerationRequest.parse(
        "{\"prompt\":\"a cat\",\"webhook_url\":\"http://127.0.0.1:%d%s\"%s}"
        .formatted(receiver.getAddress().getPort(), path, more)), caller, null);
  }

  private boolean allDelivered(TaskId task) {
    return deliveries.of(task.value(), Caller.ANONYMOUS).stream()
        .allMatch(delivery -> delivery.status().equals("delivered"));
  }

  /** As housekeeping does every two seconds. */
  private boolean wake() {
    sender.wake();
    return false;
  }

  private void receive(HttpExchange exchange) throws IOException {
    Map<String, String> headers = exchange.getRequestHeaders().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, header -> header.getValue().get(0)));
    received.add(new Received(exchange.getRequestURI().toString(), headers,
        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    exchange.getResponseHeaders().set("Location", "/elsewhere");
    exchange.sendResponseHeaders(status.get(), -1);
    exchange.close();
  }
}

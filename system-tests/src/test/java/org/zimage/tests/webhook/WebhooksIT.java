package org.zimage.tests.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

/** A client's own service that is called; it verifies signatures with the library of Standard Webhooks. */
@ExtendWith(SharedSystem.class)
class WebhooksIT {
  private final Api api;
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private HttpServer receiver;

  private record Call(Map<String, List<String>> headers, String body) { }

  WebhooksIT(Api api) {
    this.api = api;
  }

  @BeforeEach
  void startTheReceiver() throws IOException {
    startTheReceiver(0);
  }

  private void startTheReceiver(int port) throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    receiver.createContext("/", this::receive);
    receiver.start();
  }

  private void receive(HttpExchange exchange) throws IOException {
    calls.add(new Call(Map.copyOf(exchange.getRequestHeaders()),
        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  @AfterEach
  void stopTheReceiver() {
    receiver.stop(0);
  }

  @Test
  void theReceiverHearsOfThePictureAndBelievesIt() throws Exception {
    String task = generate("");
    api.awaitResult(task);
    await().atMost(Duration.ofSeconds(20)).until(() -> !calls.isEmpty());

    Call call = calls.remove();
    requireSigned(call);
    assertThat(call.body()).startsWith("{\"type\":\"zimage.task.succeeded\",")
        .contains(task, "\"status\":\"SUCCESS\"", ".png");
    assertThat(api.as(api.otherKey()).get("/v1/webhooks").json().getString("secret"))
        .isNotEqualTo(secret());
    await().until(() -> delivery(task).getString("status", "").equals("delivered"));
    assertThat(delivery(task).getInt("response_status")).isEqualTo(204);
  }

  @Test
  void aReceiverThatIsDownForAWhileGetsEveryEventOnceAndInOrder() throws Exception {
    int port = receiver.getAddress().getPort();
    receiver.stop(0);
    String task = generate(",\"webhook_events\":[\"zimage.task.submitted\",\"zimage.task.succeeded\"]");
    api.awaitResult(task);
    await().atMost(Duration.ofSeconds(20))
        .until(() -> delivery(task).containsKey("error") && !delivery(task).isNull("error"));
    assertThat(delivery(task).getString("status")).isEqualTo("pending");
    assertThat(delivery(task).isNull("next_attempt_at")).isFalse();

    startTheReceiver(port);

    await().atMost(Duration.ofSeconds(40)).until(() -> deliveries(task).size() == 2
        && deliveries(task).stream().allMatch(delivery -> delivery.getString("status").equals("delivered")));
    assertThat(calls).extracting(call -> call.body().replaceAll("^\\{\"type\":\"([^\"]*)\".*", "$1"))
        .containsExactly("zimage.task.submitted", "zimage.task.succeeded");
    assertThat(calls).extracting(call -> call.headers().get("Webhook-id")).doesNotHaveDuplicates();
    for (Call call : calls) {
      requireSigned(call);
    }
  }

  @Test
  void otherHostsAreRefused() {
    assertThat(api.post("/v1/images/generate",
        "{\"prompt\":\"x\",\"webhook_url\":\"http://169.254.169.254/\"}")).hasToString("""
        422 {"detail":[{"type":"value_error","loc":["body","webhook_url"],\
        "msg":"Value error, this host is not among those that the server may call","input":"http://169.254.169.254/"}]}""");
    assertThat(api.post("/v1/images/generate", "{\"prompt\":\"x\",\"webhook_url\":\"file:///etc/passwd\"}").status())
        .isEqualTo(422);
  }

  @Test
  void theLogIsTheOwners() {
    String task = generate("");

    assertThat(api.as(api.otherKey()).get("/v1/tasks/" + task + "/webhooks"))
        .hasToString("403 {\"detail\":\"Not allowed to access this task\"}");
    assertThat(api.get("/v1/tasks/nothing/webhooks")).hasToString("404 {\"detail\":\"Task not found\"}");
  }

  private String generate(String more) {
    return api.generate("""
        {"prompt":"a boat","width":64,"height":64,"num_inference_steps":1,"webhook_url":"http://127.0.0.1:%d/hook"%s}"""
        .formatted(receiver.getAddress().getPort(), more));
  }

  private String secret() {
    return api.get("/v1/webhooks").json().getString("secret");
  }

  private void requireSigned(Call call) throws Exception {
    new Webhook(secret()).verify(call.body(), HttpHeaders.of(call.headers(), (name, value) -> true));
  }

  private JsonObject delivery(String task) {
    return deliveries(task).stream().findFirst().orElse(JsonObject.EMPTY_JSON_OBJECT);
  }

  private List<JsonObject> deliveries(String task) {
    return api.get("/v1/tasks/" + task + "/webhooks").json().getJsonArray("deliveries").getValuesAs(JsonObject.class);
  }
}

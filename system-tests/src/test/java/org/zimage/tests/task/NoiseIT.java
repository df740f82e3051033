package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import jakarta.json.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.GenerationResult;
import org.zimage.client.ZImageClient;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.Drawings;
import org.zimage.tests.caller.PngFile;
import org.zimage.tests.system.SharedSystem;

/** The parameter {@code noise} through every door to the picture. */
@ExtendWith(SharedSystem.class)
class NoiseIT {
  private static final String SETTINGS =
      "\"prompt\":\"a red circle on a white background\",\"width\":128,\"height\":128,\"num_inference_steps\":2,\"seed\":3";

  private final Api api;
  private final Broker broker;

  NoiseIT(Api api, Broker broker) {
    this.api = api;
    this.broker = broker;
  }

  @Test
  void aSeedOfPyTorchOnAGpuDrawsTheSamePictureThroughEveryDoor() throws Exception {
    JsonObject plain = api.awaitResult(api.generate("{" + SETTINGS + "}"));
    JsonObject drawn = api.awaitResult(api.generate("{" + SETTINGS + ",\"noise\":\"cuda\"}"));

    assertThat(plain).doesNotContainKey("noise");
    assertThat(drawn.getString("noise")).isEqualTo("cuda");
    assertThat(text(plain)).isEqualTo("cpu");
    assertThat(text(drawn)).isEqualTo("cuda");
    assertThat(pixels(drawn)).isNotEqualTo(pixels(plain));
    for (JsonObject other : new JsonObject[] {byOpenAi(), byMcp(), byMessage(), byTheJavaClient()}) {
      assertThat(pixels(other)).isEqualTo(pixels(drawn));
      assertThat(text(other)).isEqualTo("cuda");
    }
  }

  @Test
  void anotherWordIsRefusedByItsName() {
    assertThat(api.post("/v1/images/generate", "{" + SETTINGS + ",\"noise\":\"mps\"}").body()).isEqualTo("""
        {"detail":[{"type":"literal_error","loc":["body","noise"],"msg":"Input should be 'cpu' or 'cuda'","input":"mps"}]}""");
  }

  private JsonObject byOpenAi() {
    api.post("/v1/images/generations", "{" + SETTINGS + ",\"noise\":\"cuda\"}").json();
    return newest();
  }

  private JsonObject byMcp() {
    api.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"generate_image\",\"arguments\":{"
        + SETTINGS + ",\"noise\":\"cuda\"}}}");
    return newest();
  }

  private JsonObject byMessage() throws JMSException {
    try (JMSContext context = broker.connect()) {
      Queue replies = context.createTemporaryQueue();
      TextMessage request = context.createTextMessage("{" + SETTINGS + ",\"noise\":\"cuda\"}");
      request.setJMSReplyTo(replies);
      request.setStringProperty("auth_key", api.key());
      context.createProducer().send(context.createQueue("zimage.requests"), request);
      Message accepted = Broker.next(context.createConsumer(replies));
      return api.awaitResult(Broker.body(accepted).getString("task_id"));
    }
  }

  private JsonObject byTheJavaClient() throws InterruptedException {
    try (ZImageClient client = ZImageClient.to(api.url()).key(api.key()).open()) {
      GenerationResult result = client.await(client.generate(GenerateImageRequest.of("a red circle on a white background")
          .withSize(128, 128).withSteps(2).withSeed(3).withNoise("cuda")).taskId()).result();
      assertThat(result.noise()).isEqualTo("cuda");
    }
    return newest();
  }

  /** The picture that was asked for last. */
  private JsonObject newest() {
    String batch = api.history("?limit=1").getJsonObject(0).getString("task_id");
    JsonObject item = api.get("/v1/history/" + batch).json().getJsonArray("items").getJsonObject(0);
    return api.awaitResult(item.getString("task_id"));
  }

  private int[] pixels(JsonObject result) {
    return Drawings.pixels(api.picture(result));
  }

  private String text(JsonObject result) throws IOException {
    return PngFile.texts(api.get("/generated-images/" + result.getString("relative_path")).bytes()).get("noise");
  }
}

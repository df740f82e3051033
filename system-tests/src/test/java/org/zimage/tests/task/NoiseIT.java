package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.GenerationResult;
import org.zimage.client.ZImageClient;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.Doors;
import org.zimage.tests.caller.Drawings;
import org.zimage.tests.caller.PngFile;
import org.zimage.tests.system.SharedSystem;

/** The parameter {@code noise} through every door to the picture. */
@ExtendWith(SharedSystem.class)
class NoiseIT {
  private static final String SETTINGS =
      "\"prompt\":\"a red circle on a white background\",\"width\":128,\"height\":128,\"num_inference_steps\":2,\"seed\":3";
  private static final String WITH_CUDA = "{" + SETTINGS + ",\"noise\":\"cuda\"}";

  private final Api api;
  private final Doors doors;

  NoiseIT(Api api, Broker broker) {
    this.api = api;
    this.doors = new Doors(api, broker);
  }

  @Test
  void aSeedOfPyTorchOnAGpuDrawsTheSamePictureThroughEveryDoor() throws Exception {
    JsonObject plain = api.awaitResult(api.generate("{" + SETTINGS + "}"));
    JsonObject drawn = api.awaitResult(api.generate(WITH_CUDA));

    assertThat(plain).doesNotContainKey("noise");
    assertThat(drawn.getString("noise")).isEqualTo("cuda");
    assertThat(text(plain)).isEqualTo("cpu");
    assertThat(text(drawn)).isEqualTo("cuda");
    assertThat(pixels(drawn)).isNotEqualTo(pixels(plain));
    for (JsonObject other : new JsonObject[] {doors.byOpenAi(WITH_CUDA), doors.byMcp(WITH_CUDA), doors.byMessage(WITH_CUDA),
        byTheJavaClient()}) {
      assertThat(pixels(other)).isEqualTo(pixels(drawn));
      assertThat(text(other)).isEqualTo("cuda");
    }
  }

  @Test
  void anotherWordIsRefusedByItsName() {
    assertThat(api.post("/v1/images/generate", "{" + SETTINGS + ",\"noise\":\"mps\"}").body()).isEqualTo("""
        {"detail":[{"type":"literal_error","loc":["body","noise"],"msg":"Input should be 'cpu' or 'cuda'","input":"mps"}]}""");
  }

  private JsonObject byTheJavaClient() throws InterruptedException {
    try (ZImageClient client = ZImageClient.to(api.url()).key(api.key()).open()) {
      GenerationResult result = client.await(client.generate(GenerateImageRequest.of("a red circle on a white background")
          .withSize(128, 128).withSteps(2).withSeed(3).withNoise("cuda")).taskId()).result();
      assertThat(result.noise()).isEqualTo("cuda");
    }
    return doors.newest();
  }

  private int[] pixels(JsonObject result) {
    return Drawings.pixels(api.picture(result));
  }

  private String text(JsonObject result) throws IOException {
    return PngFile.texts(api.get("/generated-images/" + result.getString("relative_path")).bytes()).get("noise");
  }
}

package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.api.GenerateImageRequest;
import org.zimage.client.ZImageClient;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.Doors;
import org.zimage.tests.caller.PngFile;
import org.zimage.tests.system.SharedSystem;

/** What the files of a picture say of its origin, and how its prompt is kept out of them. */
@ExtendWith(SharedSystem.class)
class MarksIT {
  private static final String XMP = "XML:com.adobe.xmp";
  private static final String DRAWN = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia<";
  private static final String CHANGED = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia<";
  private static final String SETTINGS = "\"prompt\":\"a secret circle\",\"width\":64,\"height\":64,\"num_inference_steps\":2";
  private static final String WITHOUT_PARAMETERS = "{" + SETTINGS + ",\"embed_parameters\":false}";

  private final Api api;
  private final Doors doors;

  MarksIT(Api api, Broker broker) {
    this.api = api;
    this.doors = new Doors(api, broker);
  }

  @Test
  void bothFilesOfADrawnPictureSayThatAModelDrewIt() throws IOException {
    JsonObject drawn = api.awaitResult(api.generate("{" + SETTINGS + "}"));

    assertThat(drawn).doesNotContainKey("embed_parameters");
    assertThat(texts(drawn)).containsEntry("prompt", "a secret circle").hasEntrySatisfying(XMP, xmp -> assertThat(xmp).contains(DRAWN));
    assertThat(webp(drawn)).contains(DRAWN);
  }

  @Test
  void bothFilesOfAChangedPictureSayThatItIsPutTogether() throws IOException {
    String start = api.generate("{" + SETTINGS + "}");
    api.awaitResult(start);
    JsonObject changed = api.awaitResult(api.generate("{" + SETTINGS + ",\"image\":\"task:" + start + "\"}"));

    assertThat(texts(changed).get(XMP)).contains(CHANGED);
    assertThat(webp(changed)).contains(CHANGED);
  }

  @Test
  void throughEveryDoorThePromptIsKeptOutOfTheFilesAndTheMarksStay() throws Exception {
    for (JsonObject kept : new JsonObject[] {api.awaitResult(api.generate(WITHOUT_PARAMETERS)), doors.byOpenAi(WITHOUT_PARAMETERS),
        doors.byMcp(WITHOUT_PARAMETERS), doors.byMessage(WITHOUT_PARAMETERS), byTheJavaClient()}) {
      assertThat(kept.getBoolean("embed_parameters")).isFalse();
      assertThat(texts(kept)).containsOnlyKeys(XMP).hasEntrySatisfying(XMP, xmp -> assertThat(xmp).contains(DRAWN));
      assertThat(file(kept, "relative_path")).doesNotContain("secret");
      assertThat(webp(kept)).contains(DRAWN).doesNotContain("secret");
    }
  }

  @Test
  void somethingElseThanABooleanIsRefusedByItsField() {
    assertThat(api.post("/v1/images/generate", "{" + SETTINGS + ",\"embed_parameters\":\"never\"}").body())
        .contains("\"loc\":[\"body\",\"embed_parameters\"]");
  }

  private JsonObject byTheJavaClient() throws InterruptedException {
    try (ZImageClient client = ZImageClient.to(api.url()).key(api.key()).open()) {
      client.await(client.generate(GenerateImageRequest.of("a secret circle").withSize(64, 64).withSteps(2)
          .withEmbedParameters(false)).taskId());
    }
    return doors.newest();
  }

  private Map<String, String> texts(JsonObject result) throws IOException {
    return PngFile.texts(api.get("/generated-images/" + result.getString("relative_path")).bytes());
  }

  private String webp(JsonObject result) {
    return file(result, "preview_relative_path");
  }

  private String file(JsonObject result, String path) {
    return new String(api.get("/generated-images/" + result.getString(path)).bytes(), StandardCharsets.ISO_8859_1);
  }
}

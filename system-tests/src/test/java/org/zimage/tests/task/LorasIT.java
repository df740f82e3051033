package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.GenerationResult;
import org.zimage.api.lora.Lora;
import org.zimage.client.ZImageClient;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.Doors;
import org.zimage.tests.caller.Drawings;
import org.zimage.tests.caller.PngFile;
import org.zimage.tests.system.RunningSystem;
import org.zimage.tests.system.SharedSystem;

/** Adapters through every door to the picture. */
@ExtendWith(SharedSystem.class)
class LorasIT {
  private static final Path GOLDENS = Path.of("../inference/src/test/resources/fixtures/adapter-goldens");
  /** As the first golden was drawn. */
  private static final String SETTINGS =
      "\"prompt\":\"a red circle on a white background\",\"width\":192,\"height\":128,\"num_inference_steps\":4,\"seed\":0";
  private static final String WITH_ONE = "{" + SETTINGS + ",\"loras\":[{\"name\":\"peft\",\"strength\":0.4}]}";

  private final Api api;
  private final Doors doors;
  private final RunningSystem system;

  LorasIT(Api api, Broker broker, RunningSystem system) {
    this.api = api;
    this.doors = new Doors(api, broker);
    this.system = system;
  }

  @BeforeEach
  void putAdapters() throws IOException {
    put("z-image-nano/peft", "peft");
    put("z-image-nano/kohya", "kohya");
    put("tiny/peft", "foreign");
  }

  private void put(String golden, String name) throws IOException {
    system.putAdapter(GOLDENS.resolve(golden + ".safetensors"), name);
  }

  /** 99.9 % of the values within 1 of 255, because roundings fall to either side. */
  @Test
  void anAdapterDrawsDiffusersPictureThroughEveryDoor() throws Exception {
    JsonObject drawn = api.awaitResult(api.generate(WITH_ONE));

    assertThat(shareWithinOne(pixels(drawn), Drawings.pixels(ImageIO.read(GOLDENS.resolve("z-image-nano-0.png").toFile()))))
        .isGreaterThanOrEqualTo(0.999);
    for (JsonObject other : List.of(doors.byOpenAi(WITH_ONE), doors.byMcp(WITH_ONE), doors.byMessage(WITH_ONE), byTheJavaClient())) {
      assertThat(pixels(other)).isEqualTo(pixels(drawn));
      assertThat(other.getJsonArray("loras")).isEqualTo(drawn.getJsonArray("loras"));
    }
  }

  @Test
  void resultHistoryAndFileNameItWithItsChecksum() throws IOException {
    String task = api.generate(WITH_ONE);
    JsonObject result = api.awaitResult(task);

    JsonObject named = result.getJsonArray("loras").getJsonObject(0);
    assertThat(named.getString("name")).isEqualTo("peft");
    assertThat(named.getJsonNumber("strength").doubleValue()).isEqualTo(0.4);
    assertThat(listed()).filteredOn(each -> each.getString("name").equals("peft")).singleElement()
        .satisfies(each -> assertThat(each.getString("sha256")).isEqualTo(named.getString("sha256")));
    assertThat(PngFile.texts(api.get("/generated-images/" + result.getString("relative_path")).bytes()).get("loras"))
        .contains(named.getString("sha256"));
    assertThat(api.status(task).getJsonObject("result").getJsonArray("loras")).isEqualTo(result.getJsonArray("loras"));
  }

  /** Blue paper, where the model alone draws on white. */
  @Test
  void theModelOfTheProductComesWithOne() {
    JsonObject result = api.awaitResult(api.generate("{" + SETTINGS + ",\"loras\":[{\"name\":\"blueprint\"}]}"));

    Color corner = new Color(api.picture(result).getRGB(8, 8));
    assertThat(corner.getBlue()).as("%s", corner).isGreaterThan(corner.getRed() + 60);
  }

  @Test
  void twoAdaptersAtOnceAreTheirOwnPicture() {
    JsonObject one = api.awaitResult(api.generate(WITH_ONE));
    JsonObject two = api.awaitResult(api.generate(
        "{" + SETTINGS + ",\"loras\":[{\"name\":\"peft\",\"strength\":0.4},{\"name\":\"kohya\"}]}"));
    JsonObject none = api.awaitResult(api.generate("{" + SETTINGS + "}"));

    assertThat(pixels(two)).isNotEqualTo(pixels(one));
    assertThat(pixels(none)).isNotEqualTo(pixels(one));
    assertThat(none).doesNotContainKey("loras");
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("{\"name\":\"nobodys\"}", "there is no adapter nobodys: GET /v1/loras lists them ("),
        Arguments.of("{\"name\":\"../peft\"}", "each has a name of letters, digits"),
        Arguments.of("{\"strength\":1}", "each has a name of letters, digits"),
        Arguments.of("{\"name\":\"peft\",\"strength\":5}", "a strength is a number from -4 to 4"),
        Arguments.of("{\"name\":\"peft\",\"strength\":1e999}", "a strength is a number from -4 to 4"),
        Arguments.of("{\"name\":\"peft\"},{\"name\":\"peft\"}", "peft is named twice"),
        Arguments.of("{\"name\":\"peft\"},".repeat(8) + "{\"name\":\"kohya\"}", "at most 8 objects are listed"),
        Arguments.of("\"peft\"", "each has a name of letters, digits"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aWrongOneIsRefusedByTheFieldsName(String loras, String message) {
    Answer answer = api.post("/v1/images/generate", "{" + SETTINGS + ",\"loras\":[" + loras + "]}");

    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    JsonObject problem = answer.json().getJsonArray("detail").getJsonObject(0);
    assertThat(problem.getJsonArray("loc").getString(1)).isEqualTo("loras");
    assertThat(problem.getString("msg")).contains(message);
  }

  @Test
  void oneOfAnotherModelFailsItsTaskAndNamesTheTensor() {
    JsonObject end = api.awaitEnd(api.generate("{" + SETTINGS + ",\"loras\":[{\"name\":\"foreign\"}]}"));

    assertThat(end.getString("status")).isEqualTo("FAILURE");
    assertThat(end.getString("error_code")).isEqualTo("lora_unusable");
    assertThat(end.getString("error")).contains("The adapter foreign cannot be used with this model", "has shape")
        .doesNotContain(system.folder("loras").toString());
  }

  @Test
  void theSameKeyIsTheSameTaskAlsoWhenTheFileWasReplaced() throws IOException {
    put("z-image-nano/peft", "replaced");
    String request = "{" + SETTINGS + ",\"loras\":[{\"name\":\"replaced\",\"strength\":0.2}]}";
    String first = api.post("/v1/images/generate", request, "Idempotency-Key", "loras-replaced").json().getString("task_id");
    api.awaitEnd(first);
    put("z-image-nano/kohya", "replaced");

    assertThat(api.post("/v1/images/generate", request, "Idempotency-Key", "loras-replaced").json().getString("task_id")).isEqualTo(first);
    assertThat(pixels(api.awaitResult(api.generate(request)))).isNotEqualTo(pixels(api.awaitResult(first)));
  }

  private List<JsonObject> listed() {
    return new ArrayList<>(api.get("/v1/loras").json().getJsonArray("loras").getValuesAs(JsonObject.class));
  }

  private static double shareWithinOne(int[] pixels, int[] others) {
    assertThat(pixels).hasSameSizeAs(others);
    int within = 0;
    for (int i = 0; i < pixels.length; i++) {
      for (int shift = 0; shift <= 16; shift += 8) {
        within += Math.abs((pixels[i] >> shift & 255) - (others[i] >> shift & 255)) <= 1 ? 1 : 0;
      }
    }
    return within / (3.0 * pixels.length);
  }

  private JsonObject byTheJavaClient() throws InterruptedException {
    try (ZImageClient client = ZImageClient.to(api.url()).key(api.key()).open()) {
      GenerationResult result = client.await(client.generate(GenerateImageRequest.of("a red circle on a white background")
          .withSize(192, 128).withSteps(4).withSeed(0).withLora("peft", 0.4)).taskId()).result();
      assertThat(result.loras()).extracting(Lora::name).containsExactly("peft");
    }
    return doors.newest();
  }

  private int[] pixels(JsonObject result) {
    return Drawings.pixels(api.picture(result));
  }
}

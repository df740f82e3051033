package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.GenerationResult;
import org.zimage.api.model.ModelDefaults;
import org.zimage.client.ZImageClient;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Doors;
import org.zimage.tests.caller.PngFile;
import org.zimage.tests.system.RunningSystem;

/** A model that was exported with defaults of its own, through every door. */
class ModelDefaultsIT {
  private static final Path DISTRIBUTION = Path.of(System.getProperty("zimage.distribution")).toAbsolutePath().normalize();
  private static final String KEY = "client-key-1";
  private static final String DEFAULTS = """
      {"num_inference_steps":3,"guidance_scale":4.0,"negative_prompt":"blue","cfg_normalization":0.75,\
      "sizes":["1024x1024","1024x576","576x1024","512x512","768x512","512x768"]}""";
  private static final String REQUEST = "\"prompt\":\"a red circle on a white background\",\"width\":192,\"height\":128,\"seed\":7";
  private static final String OF_THE_MODEL = """
      "num_inference_steps":3,"guidance_scale":4.0,"seed":7,"negative_prompt":"blue","cfg_normalization":0.75,""";

  @TempDir
  private static Path folder;
  private static RunningSystem system;
  private static Api api;

  @BeforeAll
  static void serveAModelWithDefaults() throws Exception {
    Path model = folder.resolve("own");
    export(DISTRIBUTION.resolve("models/z-image-nano"), model);
    system = RunningSystem.start(Map.of("ZIMAGE_MODEL_DIR", model.toString(), "API_ENABLE_AUTH", "true", "API_ADMIN_KEY",
        "admin-key", "API_ALLOWED_KEYS", KEY));
    api = new Api(system.url(), KEY, null, "admin-key");
    await("a worker").atMost(Duration.ofSeconds(30)).until(() -> !models().getJsonArray("data").isEmpty());
  }

  @AfterAll
  static void stop() throws IOException {
    if (system != null) {
      system.close();
    }
  }

  private static void export(Path checkpoint, Path model) throws Exception {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        DISTRIBUTION + "/lib/*:" + DISTRIBUTION + "/server-lib/*", "org.zimage.cli.ZImageCommand"));
    command.addAll(List.of("export", checkpoint.toString(), model.toString(), "--variant", "base", "--steps", "3",
        "--negative-prompt", "blue", "--cfg-normalization", "0.75", "--name", "own"));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private static JsonObject models() {
    return api.get("/v1/models").json();
  }

  @Test
  void everybodyIsTold() {
    JsonObject now = api.get("/v1/system").json();
    String tools = api.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}").body();

    assertThat(models().getJsonArray("data").getJsonObject(0).getJsonObject("defaults")).hasToString(DEFAULTS);
    assertThat(now.getJsonObject("defaults")).hasToString(DEFAULTS);
    JsonObject card = now.getJsonArray("workers").getJsonObject(0).getJsonObject("card");
    assertThat(card.getJsonObject("defaults").getInt("num_inference_steps")).isEqualTo(3);
    assertThat(card.getJsonNumber("scheduler_shift").doubleValue()).isEqualTo(6);
    assertThat(tools).contains("\"maximum\":50,\"default\":3}", "\"maximum\":20,\"default\":4.0}", "\"default\":\"blue\"", "\"default\":0.75");
  }

  @Test
  void whatARequestLeavesOutIsAsTheModelHasItThroughEveryDoor() throws Exception {
    String request = "{" + REQUEST + "}";
    Doors doors = new Doors(api, system.asBroker());

    JsonObject drawn = api.awaitResult(api.generate(request));

    assertThat(drawn.toString()).contains(OF_THE_MODEL);
    assertThat(PngFile.texts(png(drawn))).containsEntry("num_inference_steps", "3").containsEntry("guidance_scale", "4.0")
        .containsEntry("negative_prompt", "blue").containsEntry("cfg_normalization", "0.75");
    assertThat(api.history("?limit=1").getJsonObject(0).toString()).contains("\"num_inference_steps\":3,\"guidance_scale\":4.0,");
    for (JsonObject other : List.of(doors.byOpenAi(request), doors.byMcp(request), doors.byMessage(request))) {
      assertThat(other.toString()).contains(OF_THE_MODEL);
    }
  }

  @Test
  void whatARequestSaysIsKept() {
    JsonObject drawn = api.awaitResult(api.generate("{" + REQUEST + """
        ,"num_inference_steps":2,"guidance_scale":0.0,"negative_prompt":"","cfg_normalization":true}"""));

    assertThat(drawn.toString()).contains("""
        "num_inference_steps":2,"guidance_scale":0.0,"seed":7,"negative_prompt":"","cfg_normalization":true,""");
  }

  @Test
  void theJavaClientReadsAndSaysThem() throws Exception {
    try (ZImageClient zimage = ZImageClient.to(api.url()).key(KEY).open()) {
      ModelDefaults defaults = zimage.system().defaults();
      GenerationResult drawn = zimage.await(zimage.generate(GenerateImageRequest.of("a red circle").withSize(64, 64)
          .withCfgNormalization(0.5)).taskId()).result();

      assertThat(defaults.cfgNormalization()).isEqualTo(0.75);
      assertThat(drawn.numInferenceSteps()).isEqualTo(defaults.numInferenceSteps());
      assertThat(drawn.cfgNormalization()).isEqualTo(0.5);
    }
  }

  private static byte[] png(JsonObject result) {
    return api.get("/generated-images/" + result.getString("relative_path")).bytes();
  }
}

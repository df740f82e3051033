package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Colours;
import org.zimage.tests.caller.Drawings;
import org.zimage.tests.caller.PngFile;
import org.zimage.tests.system.SharedSystem;

/** From a prompt to a picture. */
@ExtendWith(SharedSystem.class)
class PictureIT {
  private static final String CIRCLE = "a red circle on a white background";

  private final Api api;

  PictureIT(Api api) {
    this.api = api;
  }

  @Test
  void theAnswerNamesTheTaskAndWhereItsStatusIs() {
    Answer answer = api.post("/v1/images/generate", "{\"prompt\":\"a blue star\",\"height\":64,\"width\":64}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    String task = answer.json().getString("task_id");
    assertThat(task).matches("[0-9a-f]{32}");
    assertThat(answer.body())
        .isEqualTo("{\"task_id\":\"%s\",\"status_url\":\"/v1/tasks/%s\",\"image_url\":null}".formatted(task, task));
  }

  @Test
  void aTaskWaitsThenProgressesThenSucceeds() {
    String ahead = api.generate("{\"prompt\":\"a yellow sun\",\"num_inference_steps\":20}");
    String task = api.generate("{\"prompt\":\"%s\",\"num_inference_steps\":20}".formatted(CIRCLE));

    List<JsonObject> seen = api.watch(task, Api::isOver);

    assertThat(seen.stream().map(status -> status.getString("status")).distinct().toList().toString())
        .matches("\\[PENDING(, STARTED)?, PROGRESS, SUCCESS\\]");
    List<Integer> progress = seen.stream().map(status -> status.getInt("progress")).toList();
    assertThat(progress).isSorted().startsWith(0).endsWith(100);
    assertThat(progress).as("between the start and the end").anyMatch(percent -> percent > 0 && percent < 95);
    assertThat(seen.get(0).toString()).isEqualTo("""
        {"task_id":"%s","status":"PENDING","result":null,"error":null,"error_code":null,"error_hint":null,\
        "image_url":null,"progress":0}""".formatted(task));
    api.awaitResult(ahead);
  }

  @Test
  void aFinishedTaskHasEveryFieldOfTheDocumentInItsOrder() {
    String task = api.generate("""
        {"prompt":"%s","height":192,"width":128,"num_inference_steps":3,"guidance_scale":1.5,"seed":42,
         "negative_prompt":"blue","cfg_normalization":false,"cfg_truncation":0.9,"max_sequence_length":64,
         "metadata":{"batch_id":"one of mine","batch_index":2,"batch_size":4,"mine":[1,null,"ü"]}}""".formatted(CIRCLE));

    JsonObject status = api.awaitEnd(task);

    assertThat(List.copyOf(status.keySet())).containsExactly("task_id", "status", "result", "error", "error_code",
        "error_hint", "image_url", "progress");
    JsonObject result = status.getJsonObject("result");
    String stem = "\\d{8}/\\d{6}_" + result.getString("image_id");
    assertThat(List.copyOf(result.keySet())).containsExactly("image_id", "prompt", "height", "width",
        "num_inference_steps", "guidance_scale", "seed", "negative_prompt", "cfg_normalization", "cfg_truncation",
        "max_sequence_length", "created_at", "auth_key", "metadata", "output_path", "relative_path",
        "preview_output_path", "preview_relative_path");
    assertThat(result.getString("image_id")).matches("[0-9a-f]{32}");
    assertThat(result.toString()).contains("""
        "prompt":"%s","height":192,"width":128,"num_inference_steps":3,"guidance_scale":1.5,"seed":42,\
        "negative_prompt":"blue","cfg_normalization":false,"cfg_truncation":0.9,"max_sequence_length":64,\
        "created_at":""".formatted(CIRCLE));
    assertThat(result.getString("created_at")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00");
    assertThat(result.getString("auth_key")).isEqualTo(api.key());
    assertThat(result.getJsonObject("metadata").toString())
        .contains("\"batch_id\":\"one of mine\"", "\"batch_index\":2", "\"batch_size\":4", "\"mine\":[1,null,\"ü\"]");
    assertThat(result.getString("relative_path")).matches(stem + "\\.png");
    assertThat(result.getString("preview_relative_path")).matches(stem + "\\.webp");
    assertThat(result.getString("output_path")).endsWith("/" + result.getString("relative_path"));
    assertThat(result.getString("preview_output_path")).endsWith("/" + result.getString("preview_relative_path"));
    assertThat(status.getString("image_url"))
        .isEqualTo("/generated-images/" + result.getString("preview_relative_path"));
    assertThat(status.getInt("progress")).isEqualTo(100);
    assertThat(status).containsEntry("error", JsonValue.NULL).containsEntry("error_code", JsonValue.NULL)
        .containsEntry("error_hint", JsonValue.NULL);
  }

  @Test
  void whatIsLeftOutHasTheDocumentsDefaultsAndADrawnSeed() {
    JsonObject result = api.awaitResult(api.generate("{\"prompt\":\"%s\"}".formatted(CIRCLE)));

    assertThat(result.toString()).contains(
        "\"height\":1024,\"width\":1024,\"num_inference_steps\":9,\"guidance_scale\":0.0");
    assertThat(result).containsEntry("cfg_normalization", JsonValue.NULL)
        .containsEntry("cfg_truncation", JsonValue.NULL)
        .containsEntry("max_sequence_length", JsonValue.NULL).containsEntry("metadata", JsonValue.NULL);
    assertThat(result.getString("negative_prompt")).isEmpty();
    assertThat(result.get("seed")).isInstanceOf(JsonNumber.class);
    BufferedImage picture = api.picture(result);
    assertThat(picture.getWidth()).isEqualTo(1024);
    assertThat(picture.getHeight()).isEqualTo(1024);
  }

  @Test
  void thePictureShowsWhatThePromptSays() {
    JsonObject result = api.awaitResult(api.generate("{\"prompt\":\"%s\",\"seed\":1}".formatted(CIRCLE)));

    Colours picture = new Colours(api.picture(result));

    assertThat(picture.border()).as("the background").satisfies(colour -> assertThat(Colours.isWhite(colour)).isTrue());
    assertThat(picture.centre()).as("the circle").satisfies(colour -> assertThat(Colours.isRed(colour)).isTrue());
  }

  @Test
  void anotherPromptShowsSomethingElse() {
    JsonObject result = api.awaitResult(
        api.generate("{\"prompt\":\"a green square on a black background\",\"seed\":1,\"height\":512,\"width\":512}"));

    Colours picture = new Colours(api.picture(result));

    Color border = picture.border();
    Color centre = picture.centre();
    assertThat(border.getRed() + border.getGreen() + border.getBlue()).as("the background %s", border).isLessThan(180);
    assertThat(centre.getGreen()).as("the square %s", centre).isGreaterThan(centre.getRed() + 40)
        .isGreaterThan(centre.getBlue() + 30);
  }

  @ParameterizedTest
  @CsvSource({"64, 64", "100, 333", "257, 65", "1001, 72"})
  void anySizeIsMadeExactly(int width, int height) {
    JsonObject result = api.awaitResult(api.generate(
        "{\"prompt\":\"%s\",\"width\":%d,\"height\":%d,\"num_inference_steps\":1}".formatted(CIRCLE, width, height)));

    BufferedImage picture = api.picture(result);

    assertThat(picture.getWidth()).isEqualTo(width);
    assertThat(picture.getHeight()).isEqualTo(height);
    assertThat(result.getInt("width")).isEqualTo(width);
    assertThat(result.getInt("height")).isEqualTo(height);
  }

  @Test
  void theSameSeedGivesTheSamePicture() {
    String request = "{\"prompt\":\"a purple ring\",\"width\":256,\"height\":256,\"seed\":-9223372036854775808}";
    JsonObject first = api.awaitResult(api.generate(request));
    JsonObject second = api.awaitResult(api.generate(request));

    assertThat(Drawings.pixels(api.picture(second))).isEqualTo(Drawings.pixels(api.picture(first)));
    assertThat(second.getString("image_id")).isNotEqualTo(first.getString("image_id"));
  }

  @Test
  void anotherSeedGivesAnotherPicture() {
    String request = "{\"prompt\":\"a purple ring\",\"width\":256,\"height\":256,\"seed\":%d}";
    JsonObject first = api.awaitResult(api.generate(request.formatted(1)));
    JsonObject second = api.awaitResult(api.generate(request.formatted(2)));

    assertThat(Drawings.pixels(api.picture(second))).isNotEqualTo(Drawings.pixels(api.picture(first)));
  }

  @Test
  void aDrawnSeedMakesThePictureAgain() {
    String request = "{\"prompt\":\"a teal heart\",\"width\":256,\"height\":256%s}";
    JsonObject first = api.awaitResult(api.generate(request.formatted("")));
    JsonObject again = api.awaitResult(api.generate(request.formatted(",\"seed\":" + first.get("seed"))));

    assertThat(Drawings.pixels(api.picture(again))).isEqualTo(Drawings.pixels(api.picture(first)));
  }

  @Test
  void thePngCarriesWhatItWasMadeFromAndTheWebpShowsTheSame() throws Exception {
    JsonObject result = api.awaitResult(api.generate(
        "{\"prompt\":\"ein roter Kreis, 红色\",\"seed\":7,\"width\":200,\"height\":120,\"num_inference_steps\":4}"));

    Answer png = api.get("/generated-images/" + result.getString("relative_path"));
    Answer webp = api.get("/generated-images/" + result.getString("preview_relative_path"));

    Map<String, String> texts = PngFile.texts(png.bytes());
    assertThat(String.join("\n", texts.values())).contains("ein roter Kreis, 红色", "z-image-nano");
    assertThat(texts.toString()).contains("seed", "7", "steps", "4", "200", "120");
    assertThat(png.header("Content-Type")).isEqualTo("image/png");
    assertThat(webp.header("Content-Type")).isEqualTo("image/webp");
    assertThat(new String(webp.bytes(), 0, 4, "US-ASCII") + new String(webp.bytes(), 8, 4, "US-ASCII"))
        .isEqualTo("RIFFWEBP");
  }
}

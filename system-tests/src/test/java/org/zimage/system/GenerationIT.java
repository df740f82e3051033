package org.zimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationIT {
  private final Api api = new Api(RunningSystem.shared());

  @Test
  void answersATaskThatCanBeFollowed() {
    JsonObject answer = api.post("/v1/images/generate", Requests.small("a red circle", 1).toString()).json();

    String id = answer.getString("task_id");
    assertThat(id).matches("[0-9a-f]{32}");
    assertThat(answer.getString("status_url")).isEqualTo("/v1/tasks/" + id);
    assertThat(answer.get("image_url")).isEqualTo(JsonValue.NULL);
    assertThat(api.awaitEnd(id).getString("status")).isEqualTo("SUCCESS");
  }

  @Test
  void goesFromPendingOverRisingPercentagesToSuccess() {
    String id = api.generate(Json.createObjectBuilder(Requests.small("a green triangle", 2)).add("num_inference_steps", 50).build());
    List<String> statuses = new ArrayList<>();
    List<Integer> percentages = new ArrayList<>();
    JsonObject task;
    do {
      task = api.task(id);
      statuses.add(task.getString("status"));
      percentages.add(task.getInt("progress"));
    } while (!task.getString("status").equals("SUCCESS"));

    assertThat(statuses).isSubsetOf("PENDING", "STARTED", "PROGRESS", "SUCCESS").contains("PROGRESS");
    assertThat(percentages).isSorted().endsWith(100);
    assertThat(percentages.stream().distinct().count()).isGreaterThan(5);
  }

  @Test
  void fillsEveryFieldOfTheDocument() {
    JsonObject metadata = Json.createObjectBuilder().add("batch_id", "0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a").add("batch_index", 0)
        .add("batch_size", 1).build();
    JsonObject request = Json.createObjectBuilder(Requests.small("a blue square on a white background", 42))
        .add("metadata", metadata).build();

    JsonObject task = api.awaitEnd(api.generate(request));

    assertThat(task.keySet()).containsExactly("task_id", "status", "result", "error", "error_code", "error_hint", "image_url",
        "progress");
    JsonObject result = task.getJsonObject("result");
    assertThat(result.keySet()).containsExactly("image_id", "prompt", "height", "width", "num_inference_steps", "guidance_scale",
        "seed", "negative_prompt", "cfg_normalization", "cfg_truncation", "max_sequence_length", "created_at", "auth_key", "metadata",
        "output_path", "relative_path", "preview_output_path", "preview_relative_path");
    assertThat(result.getString("prompt")).isEqualTo("a blue square on a white background");
    assertThat(result.getJsonNumber("seed").longValue()).isEqualTo(42);
    assertThat(result.getString("created_at")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00");
    assertThat(result.getJsonObject("metadata")).isEqualTo(metadata);
    assertThat(result.getString("relative_path")).matches("\\d{8}/\\d{6}_[0-9a-f]{32}\\.png");
    assertThat(task.getString("image_url"))
        .isEqualTo("/generated-images/" + result.getString("relative_path").replace(".png", ".webp"));
    assertThat(task.getInt("progress")).isEqualTo(100);
  }

  @Test
  void drawsWhatThePromptSaysAsPngAndWebpOfTheSameStem() throws IOException {
    JsonObject task = api.awaitEnd(api.generate(Json.createObjectBuilder().add("prompt", "a red circle on a white background")
        .add("seed", 1).build()));
    String webp = task.getString("image_url");
    byte[] png = api.get(webp.replace(".webp", ".png")).response().body();

    BufferedImage picture = Pixels.read(png);

    assertThat(List.of(picture.getWidth(), picture.getHeight())).containsExactly(1024, 1024);
    Color middle = Pixels.around(picture, 0.5, 0.5);
    assertThat(middle.getRed()).isGreaterThan(170);
    assertThat(Math.max(middle.getGreen(), middle.getBlue())).isLessThan(120);
    Color corner = Pixels.around(picture, 0.03, 0.03);
    assertThat(Math.min(Math.min(corner.getRed(), corner.getGreen()), corner.getBlue())).isGreaterThan(200);
    BufferedImage preview = Pixels.read(api.get(webp).response().body());
    assertThat(List.of(preview.getWidth(), preview.getHeight())).containsExactly(1024, 1024);
  }

  @Test
  void carriesItsParametersInThePng() throws IOException {
    JsonObject task = api.awaitEnd(api.generate(Requests.small("夜晚的雪山和月亮", 77)));

    byte[] png = api.get(task.getString("image_url").replace(".webp", ".png")).response().body();

    assertThat(Pixels.texts(png)).containsEntry("prompt", "夜晚的雪山和月亮").containsEntry("seed", "77")
        .containsEntry("width", "512").containsEntry("num_inference_steps", "9").containsEntry("guidance_scale", "0.0");
  }

  @Test
  void drawsTheSamePictureForTheSameSeedAndAnotherForAnother() throws IOException {
    String first = api.generate(Requests.small("a yellow star", 5));
    String again = api.generate(Requests.small("a yellow star", 5));
    String other = api.generate(Requests.small("a yellow star", 6));

    assertThat(pixels(again)).isEqualTo(pixels(first)).isNotEqualTo(pixels(other));
  }

  @Test
  void drawsASeedWhenNoneIsGivenAndTellsIt() {
    JsonObject request = Json.createObjectBuilder().add("prompt", "a ring").add("width", 256).add("height", 256).build();

    long first = seed(api.awaitEnd(api.generate(request)));
    long second = seed(api.awaitEnd(api.generate(request)));

    assertThat(first).isNotEqualTo(second);
  }

  @ParameterizedTest
  @CsvSource({"64, 64", "333, 500", "1024, 576", "100, 1900"})
  void givesExactlyTheSizeThatWasAskedFor(int width, int height) throws IOException {
    JsonObject task = api.awaitEnd(api.generate(Json.createObjectBuilder().add("prompt", "a heart").add("seed", 3)
        .add("width", width).add("height", height).add("num_inference_steps", 2).build()));

    BufferedImage picture = Pixels.read(api.get(task.getString("image_url").replace(".webp", ".png")).response().body());

    assertThat(List.of(picture.getWidth(), picture.getHeight())).containsExactly(width, height);
  }

  private static long seed(JsonObject task) {
    return task.getJsonObject("result").getJsonNumber("seed").longValue();
  }

  private int[] pixels(String id) throws IOException {
    BufferedImage image = Pixels.read(api.get(api.awaitEnd(id).getString("image_url").replace(".webp", ".png")).response().body());
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}

package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.zimage.checkpoint.Dtype;
import org.zimage.checkpoint.SafeTensors;
import org.zimage.export.ExportOptions;
import org.zimage.export.Exporter;
import org.zimage.picture.Picture;
import org.zimage.pipeline.memory.MemoryPlan;
import org.zimage.pipeline.memory.MemoryPlan.Coder;
import org.zimage.pipeline.memory.MemoryPlan.Level;
import org.zimage.pipeline.network.ModelException;
import org.zimage.pipeline.network.SessionOptions;

class ZImageModelTest {
  static Stream<Arguments> goldenRuns() {
    return Stream.of("tiny", "tiny-b").flatMap(model -> Fixtures.json(model + "-goldens/goldens.json").asJsonObject()
        .getJsonArray("pipeline").stream().map(JsonValue::asJsonObject).map(run -> Arguments.of(model, run)));
  }

  private static Sampling sampling(JsonObject run) {
    Sampling sampling = Sampling.of(run.getString("prompt"), run.getJsonNumber("seed").longValue())
        .withSize(run.getInt("width"), run.getInt("height")).withSteps(run.getInt("steps"));
    double scale = run.getJsonNumber("guidance_scale").doubleValue();
    return scale == 0 ? sampling : sampling.withGuidance(scale, run.getString("negative_prompt"),
        normalization(run.get("cfg_normalization")), run.getJsonNumber("cfg_truncation").doubleValue());
  }

  private static double normalization(JsonValue golden) {
    return golden instanceof JsonNumber factor ? factor.doubleValue() : golden == JsonValue.TRUE ? 1 : 0;
  }

  @ParameterizedTest
  @MethodSource("goldenRuns")
  void passesThroughTheReferencesLatentsAtEveryStep(String model, JsonObject run) {
    SafeTensors goldens = Fixtures.tensors(model + "-goldens/" + run.getString("file"));

    try (Generation generation = new Generation(Fixtures.model(model), sampling(run))) {
      generation.prepare(StepListener.NONE);
      for (int step = 0; step < run.getInt("steps"); step++) {
        generation.step(step);
        Closeness.assertClose(generation.latents(), Fixtures.floats(goldens, "latents_" + step), 1e-4);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldenRuns")
  void drawsTheReferencesPicture(String model, JsonObject run) throws IOException {
    SafeTensors goldens = Fixtures.tensors(model + "-goldens/" + run.getString("file"));

    Picture picture = Fixtures.model(model).generate(sampling(run), StepListener.NONE);

    assertThat(List.of(picture.width(), picture.height())).containsExactly(run.getInt("width"), run.getInt("height"));
    Closeness.assertSamePicture(picture.rgb(), Fixtures.bytes(goldens, "image_u8"), 0.999, 3);
  }

  @Test
  void tellsTheListenerOfEveryStep() {
    List<String> heard = new ArrayList<>();

    Fixtures.model("tiny").generate(Sampling.of("a red circle", 1).withSize(64, 64).withSteps(3), (step, steps) -> {
      heard.add(step + "/" + steps);
      return true;
    });

    assertThat(heard).containsExactly("1/3", "2/3", "3/3");
  }

  @Test
  void stopsBeforeTheNextStepWhenTheListenerSaysSoAndCanBeUsedAgain() {
    List<Integer> heard = new ArrayList<>();
    Sampling sampling = Sampling.of("a red circle", 1).withSize(64, 64).withSteps(9);

    assertThatThrownBy(() -> Fixtures.model("tiny").generate(sampling, (step, steps) -> {
      heard.add(step);
      return step < 2;
    })).isInstanceOf(GenerationCancelled.class);

    assertThat(heard).containsExactly(1, 2);
    assertThat(Fixtures.model("tiny").generate(sampling, StepListener.NONE).rgb()).hasSize(64 * 64 * 3);
  }

  @Test
  void givesExactlyTheSizeThatWasAskedForAsTheMiddleOfTheNextLargerCanvas() {
    Sampling odd = Sampling.of("a red circle", 5).withSize(75, 97).withSteps(2);
    Picture canvas = Fixtures.model("tiny").generate(odd.withSize(80, 112), StepListener.NONE);

    Picture picture = Fixtures.model("tiny").generate(odd, StepListener.NONE);

    assertThat(picture).usingRecursiveComparison().isEqualTo(canvas.centre(75, 97));
  }

  @Test
  void saysWhichFolderIsNoModelAndHowToMakeOne(@TempDir Path empty) {
    assertThatThrownBy(() -> ZImageModel.load(empty, SessionOptions.defaults()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(empty.resolve("model.json") + " is missing")
        .hasMessageContaining("zimage export");
  }

  @Test
  void refusesAModelThatLacksAPart(@TempDir Path folder) throws IOException {
    Path out = Fixtures.copyOfExport("tiny", folder.resolve("model"));
    Files.delete(out.resolve("vae_decoder/saved_model.pb"));

    assertThatThrownBy(() -> ZImageModel.load(out, SessionOptions.defaults()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("vae_decoder holds no saved_model.pb");
  }

  /** bfloat16 keeps 8 bits of a value: the picture is the same to the eye, not to the byte. */
  @Test
  void drawsAlmostTheSamePictureInBfloat16(@TempDir Path folder) {
    Path out = folder.resolve("model");
    Exporter.export(Fixtures.NANO, out, new ExportOptions(Dtype.BF16, "nano-bf16", false));
    Sampling sampling = Sampling.of("a red circle on a white background", 1).withSize(256, 256);
    byte[] exact = Fixtures.model("z-image-nano").generate(sampling, StepListener.NONE).rgb();

    byte[] rounded;
    try (ZImageModel model = ZImageModel.load(out, SessionOptions.defaults())) {
      rounded = model.generate(sampling, StepListener.NONE).rgb();
    }

    long difference = 0;
    for (int i = 0; i < exact.length; i++) {
      difference += Math.abs((exact[i] & 0xff) - (rounded[i] & 0xff));
    }
    assertThat((double) difference / exact.length).as("mean difference of 255").isLessThan(4);
  }

  @Test
  void readsTheShapesOfItsMemoryPlanFromItsOwnGraphs() {
    MemoryPlan plan = Fixtures.model("z-image-nano").memoryPlan();

    assertThat(plan).usingRecursiveComparison().isEqualTo(new MemoryPlan(192, 6, 512, 4,
        new Coder(List.of(new Level(192, 192), new Level(192, 128), new Level(128, 64), new Level(64, 32), new Level(32, 16),
            new Level(16, 16)), false),
        new Coder(List.of(new Level(128, 192), new Level(64, 128), new Level(32, 64), new Level(16, 32), new Level(16, 16),
            new Level(16, 16)), false)));
  }
}

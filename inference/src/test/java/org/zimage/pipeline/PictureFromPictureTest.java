package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.checkpoint.SafeTensors;
import org.zimage.picture.Mask;
import org.zimage.picture.Picture;
import org.zimage.pipeline.network.ModelException;
import org.zimage.pipeline.network.SessionOptions;
import org.zimage.pipeline.sampler.NoiseGenerator;

/** Image to image and inpainting, against diffusers' pipelines (fixtures/make_picture_goldens.py). */
class PictureFromPictureTest {
  static Stream<JsonObject> goldens() {
    return Fixtures.json("picture-goldens/goldens.json").asJsonObject().getJsonArray("cases").stream().map(JsonValue::asJsonObject);
  }

  private static SafeTensors tensors(JsonObject golden) {
    return Fixtures.tensors("picture-goldens/" + golden.getString("model") + ".safetensors");
  }

  private static Sampling sampling(JsonObject golden) {
    String size = golden.getInt("width") + "x" + golden.getInt("height");
    Picture source = new Picture(golden.getInt("width"), golden.getInt("height"), Fixtures.bytes(tensors(golden), "picture_" + size));
    Sampling plain = Sampling.of(golden.getString("prompt"), golden.getJsonNumber("seed").longValue())
        .withSize(source.width(), source.height()).withSteps(golden.getInt("steps"));
    double scale = golden.getJsonNumber("guidance_scale").doubleValue();
    Sampling sampling = scale == 0 ? plain : plain.withGuidance(scale, golden.getString("negative_prompt"),
        golden.getBoolean("cfg_normalization") ? 1 : 0, golden.getJsonNumber("cfg_truncation").doubleValue());
    double strength = golden.getJsonNumber("strength").doubleValue();
    if (!golden.containsKey("mask")) {
      return sampling.from(source, strength);
    }
    byte[] grey = Fixtures.bytes(tensors(golden), golden.getString("mask") + "_mask_" + size);
    return sampling.from(source, new Mask(source.width(), source.height(), grey), strength);
  }

  /** Each step's latents within 1e-4 of the largest: float32 sums in another order differ by about 1e-5 of it. */
  @ParameterizedTest
  @MethodSource("goldens")
  void passesThroughTheReferencesLatentsAtEveryStep(JsonObject golden) {
    float[] all = Fixtures.floats(tensors(golden), golden.getInt("index") + ".latents");
    Sampling sampling = sampling(golden);
    assertThat(sampling.stepsRun()).isEqualTo(golden.getInt("steps_run"));
    int count = all.length / sampling.stepsRun();

    try (Generation generation = new Generation(Fixtures.model(golden.getString("model")), sampling)) {
      generation.prepare(StepListener.NONE);
      for (int run = 0; run < sampling.stepsRun(); run++) {
        generation.step(sampling.steps() - sampling.stepsRun() + run);
        Closeness.assertClose(generation.latents(), Arrays.copyOfRange(all, run * count, (run + 1) * count), 1e-4);
      }
    }
  }

  /** 99.9 % of the values within 1 of 255, because roundings fall to either side. */
  @ParameterizedTest
  @MethodSource("goldens")
  void drawsTheReferencesPicture(JsonObject golden) {
    Picture picture = Fixtures.model(golden.getString("model")).generate(sampling(golden), StepListener.NONE);

    assertThat(List.of(picture.width(), picture.height())).containsExactly(golden.getInt("width"), golden.getInt("height"));
    Closeness.assertSamePicture(picture.rgb(), Fixtures.bytes(tensors(golden), golden.getInt("index") + ".image"), 0.999, 3);
  }

  private static Picture grey(int side) {
    byte[] rgb = new byte[side * side * 3];
    Arrays.fill(rgb, (byte) 128);
    return new Picture(side, side, rgb);
  }

  @Test
  void countsTheStepsThatAreRun() {
    List<String> heard = new ArrayList<>();

    Fixtures.model("tiny").generate(Sampling.of("a red circle", 1).withSteps(8).from(grey(64), 0.3), (step, steps) -> {
      heard.add(step + "/" + steps);
      return true;
    });

    assertThat(heard).containsExactly("1/3", "2/3", "3/3");
  }

  @Test
  void withFullStrengthThePictureHasNoInfluence() {
    Sampling sampling = Sampling.of("a red circle", 1).withSteps(2);
    Picture black = new Picture(64, 64, new byte[64 * 64 * 3]);

    assertThat(Fixtures.model("tiny").generate(sampling.from(grey(64), 1), StepListener.NONE).rgb())
        .isEqualTo(Fixtures.model("tiny").generate(sampling.from(black, 1), StepListener.NONE).rgb());
  }

  @Test
  void aMaskOfNothingKeepsThePicturesLatents() {
    Mask nothing = new Mask(64, 64, new byte[64 * 64]);
    Sampling sampling = Sampling.of("a red circle", 1).withSteps(2);

    assertThat(Fixtures.model("tiny").generate(sampling.from(grey(64), nothing, 1), StepListener.NONE).rgb())
        .isEqualTo(Fixtures.model("tiny").generate(sampling.withSteps(5).from(grey(64), nothing, 0.4), StepListener.NONE).rgb());
  }

  @Test
  void whatTheMaskKeepsIsThePicturesOwnUnlessNobodyWantsThat() {
    byte[] grey = new byte[64 * 64];
    Arrays.fill(grey, 64 * 32, 64 * 64, (byte) 255);
    Picture drawn = new Picture(64, 64, new byte[64 * 64 * 3]);
    Sampling sampling = Sampling.of("a red circle", 1).from(grey(64), new Mask(64, 64, grey), 1);

    byte[] finished = sampling.finished(drawn, true).rgb();

    assertThat(Arrays.copyOf(finished, 64 * 32 * 3)).containsOnly(128);
    assertThat(Arrays.copyOfRange(finished, 64 * 40 * 3, finished.length)).containsOnly(0);
    assertThat(sampling.finished(drawn, false)).isSameAs(drawn);
    assertThat(Sampling.of("a red circle", 1).from(grey(64), 1).finished(drawn, true)).isSameAs(drawn);
    assertThat(Sampling.of("a red circle", 1).finished(drawn, true)).isSameAs(drawn);
  }

  /** With the noise of a GPU the seed's upper half counts, too. */
  @Test
  void takesTheNoiseOfAGpu() {
    Sampling sampling = Sampling.of("a red circle", 1).withSteps(2).from(grey(64), 0.5);
    byte[] cuda = Fixtures.model("tiny").generate(sampling.withNoise(NoiseGenerator.CUDA), StepListener.NONE).rgb();

    assertThat(cuda).isNotEqualTo(Fixtures.model("tiny").generate(sampling, StepListener.NONE).rgb());
    assertThat(cuda).isEqualTo(Fixtures.model("tiny").generate(sampling.withNoise(NoiseGenerator.CUDA), StepListener.NONE).rgb());
  }

  @Test
  void refusesAStrengthThatLeavesNoStep() {
    Sampling sampling = Sampling.of("a red circle", 1).withSteps(9);

    assertThatThrownBy(() -> sampling.from(grey(64), 0)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("strength 0.0").hasMessageContaining("9 steps");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.01, Double.NaN})
  void refusesAStrengthThatIsNone(double strength) {
    assertThatThrownBy(() -> Sampling.of("a red circle", 1).from(grey(64), strength)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("strength must be from 0 to 1 (got " + strength + ")");
  }

  @Test
  void refusesAMaskOrAPictureOfAnotherSize() {
    Sampling sampling = Sampling.of("a red circle", 1);

    assertThatThrownBy(() -> sampling.from(grey(64), Mask.everything(64, 65), 1)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64x64 (got 64x65)");
    assertThatThrownBy(() -> sampling.from(grey(64), 1).withSize(128, 64)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("128x64 (got 64x64)");
  }

  @Test
  void anOlderExportDrawsFromPromptsAndSaysWhatToDoAboutPictures(@TempDir Path folder) throws Exception {
    Path model = OlderExport.of("tiny", folder.resolve("model"));
    Sampling sampling = Sampling.of("a red circle", 1).withSize(64, 64).withSteps(2);
    List<Optional<Picture>> previews = new ArrayList<>();

    try (ZImageModel older = ZImageModel.load(model, SessionOptions.defaults())) {
      assertThat(older.startsFromPictures()).isFalse();
      assertThat(older.generate(sampling, new Watching(previews)).rgb())
          .isEqualTo(Fixtures.model("tiny").generate(sampling, StepListener.NONE).rgb());
      assertThat(previews).containsExactly(Optional.empty(), Optional.empty());
      assertThatThrownBy(() -> older.generate(sampling.from(grey(64), 1), StepListener.NONE)).isInstanceOf(ModelException.class)
          .hasMessageContaining("model tiny has no vae_encoder").hasMessageContaining("export the checkpoint again");
    }
  }

  /** A listener that asks for every preview. */
  private record Watching(List<Optional<Picture>> previews) implements StepListener {
    @Override
    public boolean afterStep(int step, int steps) {
      throw new AssertionError("it is told with previews");
    }

    @Override
    public boolean afterStep(int step, int steps, Supplier<Optional<Picture>> preview) {
      previews.add(preview.get());
      return true;
    }
  }

  /** The last step's estimate is the picture itself, which the preview shows as well as a linear function of its latents can. */
  @Test
  void theLastPreviewHasTheColoursOfThePicture() {
    List<Optional<Picture>> previews = new ArrayList<>();

    Picture picture = Fixtures.model("z-image-nano").generate(
        Sampling.of("a red circle on a white background", 3).withSize(512, 384), new Watching(previews));

    assertThat(previews).hasSize(9);
    Picture last = previews.get(8).orElseThrow();
    assertThat(List.of(last.width(), last.height())).containsExactly(16, 12);
    assertThat(meanDifference(last, picture)).as("of 255").isLessThan(12);
    assertThat(meanDifference(previews.get(0).orElseThrow(), picture)).isGreaterThan(meanDifference(last, picture));
  }

  private static double meanDifference(Picture small, Picture large) {
    int scale = large.width() / small.width();
    double sum = 0;
    for (int i = 0; i < small.rgb().length; i++) {
      int left = i / 3 % small.width() * scale;
      int top = i / 3 / small.width() * scale;
      double mean = 0;
      for (int pixel = 0; pixel < scale * scale; pixel++) {
        int place = (top + pixel / scale) * large.width() + left + pixel % scale;
        mean += (large.rgb()[place * 3 + i % 3] & 0xff) / (double) (scale * scale);
      }
      sum += Math.abs(mean - (small.rgb()[i] & 0xff));
    }
    return sum / small.rgb().length;
  }
}

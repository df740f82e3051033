package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zimage.adapter.Adapter;
import org.zimage.adapter.AppliedAdapter;
import org.zimage.picture.Picture;
import org.zimage.pipeline.network.ModelException;
import org.zimage.pipeline.network.SessionOptions;

/** Pictures with adapters, against diffusers with peft (fixtures/make_adapter_goldens.py). */
class AdaptersTest {
  private static final ZImageModel TINY = Fixtures.model("tiny");
  private static final Sampling PLAIN = Sampling.of("a red circle", 1).withSize(64, 64).withSteps(2);

  static Stream<JsonObject> goldens() {
    return Fixtures.json("adapter-goldens/goldens.json").asJsonObject().getJsonArray("cases").stream().map(JsonValue::asJsonObject);
  }

  private static AppliedAdapter adapter(String model, String file, double strength) {
    Path path = Fixtures.FOLDER.resolve("adapter-goldens").resolve(model).resolve(file + ".safetensors");
    return new AppliedAdapter(Adapter.read(file, path, Fixtures.model(model).adapterTargets()), strength);
  }

  /** 99.9 % of the values within 1 of 255, because roundings fall to either side. */
  @ParameterizedTest
  @MethodSource("goldens")
  void drawsTheReferencesPicture(JsonObject golden) {
    String model = golden.getString("model");
    List<AppliedAdapter> adapters = golden.getJsonArray("adapters").stream().map(JsonValue::asJsonObject)
        .map(named -> adapter(model, named.getString("file"), named.getJsonNumber("strength").doubleValue())).toList();
    Sampling plain = Sampling.of("a red circle on a white background", golden.getInt("seed"))
        .withSize(golden.getInt("width"), golden.getInt("height")).withSteps(golden.getInt("steps"));
    double guidance = golden.getJsonNumber("guidance_scale").doubleValue();
    Sampling sampling = guidance == 0 ? plain : plain.withGuidance(guidance, golden.getString("negative_prompt"), 0, 1);

    Picture picture = Fixtures.model(model).generate(sampling.withAdapters(adapters), StepListener.NONE);

    byte[] expected = Fixtures.bytes(Fixtures.tensors("adapter-goldens/" + model + ".safetensors"), golden.getInt("index") + ".image");
    Closeness.assertSamePicture(picture.rgb(), expected, 0.999, 3);
  }

  @Test
  void withoutStrengthThePictureIsTheModels() {
    assertThat(rgb(List.of(adapter("tiny", "peft", 0)))).isEqualTo(rgb(List.of()));
  }

  @Test
  void eachPictureHasItsOwnAdaptersOnly() {
    byte[] none = rgb(List.of());
    byte[] one = rgb(List.of(adapter("tiny", "peft", 1)));
    byte[] other = rgb(List.of(adapter("tiny", "ai-toolkit", 1)));

    assertThat(one).isNotEqualTo(none).isNotEqualTo(other);
    assertThat(rgb(List.of(adapter("tiny", "peft", 1)))).isEqualTo(one);
    assertThat(rgb(List.of())).isEqualTo(none);
  }

  @Test
  void picturesAtTheSameTimeDoNotGetEachOthersAdapters() {
    List<List<AppliedAdapter>> wanted = List.of(List.of(), List.of(adapter("tiny", "peft", 1)), List.of(adapter("tiny", "kohya", 1)));
    List<byte[]> alone = wanted.stream().map(AdaptersTest::rgb).toList();

    List<CompletableFuture<byte[]>> together = Stream.of(0, 1, 2, 1, 2, 0, 2, 1)
        .map(which -> CompletableFuture.supplyAsync(() -> rgb(wanted.get(which)))).toList();

    List<Integer> order = List.of(0, 1, 2, 1, 2, 0, 2, 1);
    for (int i = 0; i < order.size(); i++) {
      assertThat(together.get(i).join()).isEqualTo(alone.get(order.get(i)));
    }
  }

  private static byte[] rgb(List<AppliedAdapter> adapters) {
    return TINY.generate(PLAIN.withAdapters(adapters), StepListener.NONE).rgb();
  }

  @Test
  void thePicturesTextsNameThemWithTheirChecksums() {
    AppliedAdapter adapter = adapter("tiny", "peft", 0.5);

    assertThat(PLAIN.withAdapters(List.of(adapter)).texts(TINY.manifest())).containsEntry("loras",
        "[{\"name\":\"peft\",\"strength\":0.5,\"sha256\":\"" + adapter.adapter().checksum() + "\"}]");
  }

  @Test
  void anOlderExportIsToBeMadeAgain(@TempDir Path folder) throws Exception {
    try (ZImageModel older = ZImageModel.load(OlderExport.of("tiny", folder.resolve("model")), SessionOptions.defaults())) {
      assertThatThrownBy(() -> older.generate(PLAIN.withAdapters(List.of(adapter("tiny", "peft", 1))), StepListener.NONE))
          .isInstanceOf(ModelException.class).hasMessageContaining("export the checkpoint again");
    }
  }
}

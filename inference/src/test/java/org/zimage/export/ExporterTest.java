package org.zimage.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.SavedModelBundle;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.Dtype;
import org.zimage.model.ModelManifest;
import org.zimage.checkpoint.source.SamplingDefaults;

class ExporterTest {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
  private static final String TRANSFORMER = "transformer/diffusion_pytorch_model.safetensors";
  private static final ExportOptions OPTIONS = new ExportOptions(Dtype.F32, "tiny", false);

  @TempDir Path folder;
  private Path out;
  private DamagedCheckpoint checkpoint;

  @BeforeEach
  void copyAGoodCheckpoint() throws IOException {
    out = folder.resolve("out");
    checkpoint = DamagedCheckpoint.copyOf(FIXTURES.resolve("tiny"), folder.resolve("checkpoint"));
  }

  @Test
  void writesFourSavedModelsWithNamedSignatures() {
    Exporter.export(checkpoint.folder(), out, OPTIONS);

    assertThat(signatures("text_encoder")).contains("encode");
    assertThat(signatures("transformer")).contains("refine", "denoise", "denoise_in_8_parts");
    assertThat(signatures("vae_decoder")).contains("decode", "decode_in_stripes");
    assertThat(signatures("vae_encoder")).contains("encode", "encode_in_stripes");
    assertThat(out.resolve("model.json")).content().contains("\"dtype\": \"f32\"", "\"canvas_multiple\": 16", "\"latent_colours\"");
    assertThat(out.resolve("tokenizer.json")).exists();
  }

  @Test
  void theFoldersDefaultsAreExportedUnlessOthersAreGiven() throws IOException {
    Files.writeString(checkpoint.folder().resolve("defaults.json"),
        "{\"num_inference_steps\": 12, \"guidance_scale\": 2, \"sizes\": [\"512x512\"]}");

    Exporter.export(checkpoint.folder(), out,
        new ExportOptions(Dtype.F32, "tiny", false, new SamplingDefaults(null, 3.5, "blur", null, List.of())));

    assertThat(ModelManifest.read(out).defaults()).isEqualTo(new SamplingDefaults(12, 3.5, "blur", null, List.of("512x512")));
  }

  @Test
  void aModelThatWasExportedWithoutDefaultsHasNone() {
    Exporter.export(checkpoint.folder(), out, OPTIONS);

    assertThat(out.resolve("model.json")).content().doesNotContain("defaults");
    assertThat(ModelManifest.read(out).defaults()).isEqualTo(SamplingDefaults.NONE);
  }

  private Iterable<String> signatures(String component) {
    try (SavedModelBundle bundle = SavedModelBundle.load(out.resolve(component).toString())) {
      return bundle.metaGraphDef().getSignatureDefMap().keySet();
    }
  }

  @Test
  void linksTheWeightsInsteadOfCopyingThem() throws IOException {
    Exporter.export(checkpoint.folder(), out, OPTIONS);

    assertThat(identity(out.resolve("transformer/variables/variables.data-00000-of-00001")))
        .isEqualTo(identity(checkpoint.folder().resolve(TRANSFORMER)));
  }

  private static Object identity(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  @Test
  void givesTheSameChecksumForTheSameWeightsAndAnotherForOthers() throws IOException {
    String checksum = Exporter.export(checkpoint.folder(), out, OPTIONS).sourceChecksum();

    assertThat(Exporter.export(checkpoint.folder(), folder.resolve("again"), OPTIONS).sourceChecksum())
        .isEqualTo(checksum);
    assertThat(Exporter.export(FIXTURES.resolve("tiny-b"), folder.resolve("b"), OPTIONS).sourceChecksum())
        .isNotEqualTo(checksum);
  }

  @Test
  void doesNotReplaceAnEarlierExportUnasked() {
    Exporter.export(checkpoint.folder(), out, OPTIONS);

    assertThatThrownBy(() -> Exporter.export(checkpoint.folder(), out, OPTIONS))
        .isInstanceOf(ExportException.class).hasMessageContaining(out + " exists").hasMessageContaining("--overwrite");
    assertThat(Exporter.export(checkpoint.folder(), out, new ExportOptions(Dtype.BF16, "tiny", true)).dtype())
        .isEqualTo(Dtype.BF16);
  }

  @Test
  void leavesNothingWhenItFailsHalfway() throws IOException {
    checkpoint.changeHeader("vae/diffusion_pytorch_model.safetensors",
        header -> without(header, "decoder.conv_out.weight"));

    assertThatThrownBy(() -> Exporter.export(checkpoint.folder(), out, OPTIONS))
        .isInstanceOf(CheckpointException.class);

    assertThat(namesIn(folder)).containsExactly("checkpoint");
  }

  @Test
  void keepsTheEarlierExportWhenANewOneFails() throws IOException {
    Exporter.export(checkpoint.folder(), out, OPTIONS);
    checkpoint.delete("tokenizer/tokenizer.json");

    assertThatThrownBy(() -> Exporter.export(checkpoint.folder(), out, new ExportOptions(Dtype.F32, "tiny", true)))
        .hasMessageContaining("tokenizer.json is missing");

    assertThat(out.resolve("model.json")).exists();
  }

  @Test
  void removesWhatAKilledExportLeftBehind() throws IOException {
    long endedProcess = new ProcessBuilder("true").start().onExit().join().pid();
    Files.createDirectories(folder.resolve(".out.unfinished-" + endedProcess + "-1/transformer"));

    Exporter.export(checkpoint.folder(), out, OPTIONS);

    assertThat(namesIn(folder)).containsExactlyInAnyOrder("checkpoint", "out");
  }

  @Test
  void namesAFileThatIsMissing() throws IOException {
    checkpoint.delete("scheduler/scheduler_config.json");

    assertRefused("scheduler/scheduler_config.json is missing");
  }

  @Test
  void namesAShardThatIsMissing() throws IOException {
    DamagedCheckpoint sharded = DamagedCheckpoint.copyOf(FIXTURES.resolve("tiny-b"), folder.resolve("sharded"));
    sharded.delete("transformer/diffusion_pytorch_model-00003-of-00007.safetensors");

    assertThatThrownBy(() -> Exporter.export(sharded.folder(), out, OPTIONS)).isInstanceOf(CheckpointException.class)
        .hasMessageContaining("diffusion_pytorch_model-00003-of-00007.safetensors is missing")
        .hasMessageContaining("diffusion_pytorch_model.safetensors.index.json names it");
  }

  @Test
  void namesAKeyThatIsMissingAndTheShapeItShouldHave() throws IOException {
    checkpoint.changeHeader(TRANSFORMER, header -> without(header, "layers.1.feed_forward.w2.weight"));

    assertRefused("transformer has no tensor layers.1.feed_forward.w2.weight, expected one of shape [64, 170]");
  }

  @Test
  void namesAKeyOfTheWrongShape() throws IOException {
    checkpoint.changeHeader(TRANSFORMER, header -> Json.createPointer("/layers.0.attention.to_q.weight/shape")
        .replace(header, Json.createArrayBuilder().add(32).add(128).build()));

    assertRefused("layers.0.attention.to_q.weight has shape [32, 128], expected [64, 64]");
  }

  @Test
  void namesAKeyOfAnUnknownType() throws IOException {
    checkpoint.changeHeader(TRANSFORMER, header -> Json.createPointer("/x_pad_token/dtype")
        .replace(header, Json.createValue("C64")));

    assertRefused("x_pad_token.dtype is \"C64\", expected one of [F32, BF16, F16");
  }

  @Test
  void aFolderOfSomebodyElsesBesideTheTargetIsNoObstacle() throws IOException {
    Path theirs = Files.createDirectory(folder.resolve(".out.unfinished-99999999999999999999999"));

    Exporter.export(checkpoint.folder(), out, OPTIONS);

    assertThat(out).isDirectory();
    assertThat(theirs).isDirectory();
  }

  @Test
  void replacesNothingButAnExportedModel() {
    assertThatThrownBy(() -> Exporter.export(checkpoint.folder(), checkpoint.folder(), new ExportOptions(Dtype.F32, "tiny", true)))
        .isInstanceOf(ExportException.class).hasMessageContaining("is no exported model");
    assertThat(checkpoint.folder().resolve("model_index.json")).exists();
  }

  @Test
  void noticesAFileThatIsCutShort() throws IOException {
    checkpoint.cutShort(TRANSFORMER, 10);

    assertRefused("diffusion_pytorch_model.safetensors is cut short");
  }

  @Test
  void refusesAnotherKindOfModel() throws IOException {
    checkpoint.set("model_index.json", "_class_name", Json.createValue("FluxPipeline"));

    assertRefused("model_index.json: _class_name is \"FluxPipeline\", expected ZImagePipeline");
  }

  @Test
  void refusesWhatItWouldDrawWrongly() throws IOException {
    checkpoint.set("scheduler/scheduler_config.json", "use_karras_sigmas", JsonValue.TRUE);

    assertRefused("scheduler_config.json: use_karras_sigmas is true, expected false");
  }

  @Test
  void namesAFieldThatIsMissing() throws IOException {
    checkpoint.set("transformer/config.json", "n_layers", JsonValue.NULL);

    assertRefused("transformer/config.json: n_layers is null, expected a positive whole number");
  }

  @Test
  void noticesPartsThatDoNotFitTogether() throws IOException {
    checkpoint.set("transformer/config.json", "cap_feat_dim", Json.createValue(48));

    assertRefused("cap_feat_dim is 48, expected the text encoder's hidden_size 32");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Exporter.export(checkpoint.folder(), out, OPTIONS))
        .isInstanceOf(CheckpointException.class).hasMessageContaining(message);
    assertThat(out).doesNotExist();
  }

  /** The tensor has another name: all bytes of a file belong to a tensor. */
  private static JsonObject without(JsonObject header, String key) {
    return Json.createObjectBuilder(header).remove(key).add("other." + key, header.get(key)).build();
  }

  private static Stream<String> namesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }
}

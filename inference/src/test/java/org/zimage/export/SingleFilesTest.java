package org.zimage.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.types.TFloat32;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.Dtype;
import org.zimage.checkpoint.SafeTensors;
import org.zimage.checkpoint.TensorEntry;
import org.zimage.checkpoint.TransformerConfig;
import org.zimage.checkpoint.source.CheckpointSources;
import org.zimage.checkpoint.source.Variant;
import org.zimage.checkpoint.source.ZImageCheckpoint;
import org.zimage.model.ModelManifest;
import org.zimage.checkpoint.source.SamplingDefaults;
import org.zimage.picture.Picture;
import org.zimage.pipeline.PictureDifference;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.StepListener;
import org.zimage.pipeline.ZImageModel;
import org.zimage.pipeline.network.SessionOptions;

/** The files that people have, written by others' libraries, against the folders of the same weights and what those libraries read. */
class SingleFilesTest {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
  private static final Path FILES = FIXTURES.resolve("single-files");
  private static final Path TINY = FIXTURES.resolve("tiny");
  private static final Path TINY_B = FIXTURES.resolve("tiny-b");
  private static final ExportOptions OPTIONS = new ExportOptions(Dtype.F32, "tiny", true);
  private static final JsonObject EXPECTED = json(FILES.resolve("expected.json"));

  @TempDir
  private static Path folder;

  private static JsonObject json(Path file) {
    try (JsonReader reader = Json.createReader(Files.newInputStream(file))) {
      return reader.readObject();
    } catch (IOException cause) {
      throw new AssertionError(cause);
    }
  }

  @Test
  void theSameWeightsGiveTheSameModel() {
    ModelManifest ofFolder = Exporter.export(TINY_B, folder.resolve("b"), OPTIONS);
    ModelManifest ofFiles = Exporter.export(new CheckpointSources(TINY_B, FILES.resolve("tiny-b-transformer.safetensors"),
        FILES.resolve("tiny-b-text-encoder.safetensors"), FILES.resolve("tiny-b-vae.safetensors"), null, null), folder.resolve("b-files"), OPTIONS);

    assertThat(ofFiles.sourceChecksum()).isEqualTo(ofFolder.sourceChecksum());
    assertThat(picture("b-files", 128)).isEqualTo(picture("b", 128));
  }

  @Test
  void aTextEncoderOfLlamaIsTheSame() {
    ModelManifest ofFolder = Exporter.export(TINY, folder.resolve("tiny"), OPTIONS);
    ModelManifest ofFile = Exporter.export(
        new CheckpointSources(TINY, null, FILES.resolve("tiny-text-encoder-f32.gguf"), null, null, null), folder.resolve("llama"), OPTIONS);

    assertThat(ofFile.sourceChecksum()).isEqualTo(ofFolder.sourceChecksum());
  }

  @Test
  void allInOneFileNeedsNoConfiguration() {
    Exporter.export(allInOne(null), folder.resolve("all"), OPTIONS);

    assertDrawn("all", "all-in-one");
    assertThat(folder.resolve("all/transformer/variables/variables.data-00000-of-00001"))
        .hasSameBinaryContentAs(FILES.resolve("all-in-one.safetensors"));
  }

  @Test
  void shapesSayWhatTheConfigurationSays() {
    ZImageCheckpoint ofFile = ZImageCheckpoint.open(allInOne(null));
    ZImageCheckpoint ofFolder = ZImageCheckpoint.open(TINY);

    assertThat(ofFile.textEncoder()).isEqualTo(ofFolder.textEncoder());
    assertThat(ofFile.transformer()).usingRecursiveComparison().isEqualTo(ofFolder.transformer());
    assertThat(ofFile.vae().blockOutChannels()).containsExactly(32, 32, 32, 64);
    assertThat(ofFile.vae().midBlockAttention()).isTrue();
  }

  @Test
  void theVariantDecidesTheShift() {
    assertThat(ZImageCheckpoint.open(allInOne(null)).schedulerShift()).isEqualTo(3);
    assertThat(ZImageCheckpoint.open(allInOne(Variant.BASE)).schedulerShift()).isEqualTo(6);
  }

  @Test
  void theVariantHasItsOwnDefaults() {
    assertThat(ZImageCheckpoint.open(allInOne(null)).defaults()).isEqualTo(new SamplingDefaults(8, 0.0, null, null, List.of()));
    assertThat(ZImageCheckpoint.open(allInOne(Variant.BASE)).defaults()).isEqualTo(new SamplingDefaults(28, 4.0, null, 0.0, List.of()));
    assertThat(ZImageCheckpoint.open(TINY).defaults()).as("a folder does not say which it is").isEqualTo(SamplingDefaults.NONE);
  }

  private static CheckpointSources allInOne(Variant variant) {
    return new CheckpointSources(FILES.resolve("all-in-one.safetensors"), null, null, null, TINY.resolve("tokenizer"), variant);
  }

  @Test
  void whatIsMissingIsNamedWithTheRemedy() {
    Path transformer = FILES.resolve("tiny-b-transformer.safetensors");

    assertRefused(new CheckpointSources(FILES.resolve("all-in-one.safetensors"), null, null, null, null, null), "The tokenizer is missing",
        "--tokenizer", "Tongyi-MAI/Z-Image-Turbo");
    assertRefused(new CheckpointSources(null, transformer, null, null, null, null), "The text encoder is missing", "--text-encoder");
    assertRefused(CheckpointSources.of(transformer), "has one network, not all of a model", "--transformer");
    assertRefused(CheckpointSources.of(FILES.resolve("nothing.safetensors")), "nothing.safetensors is not there");
    assertRefused(new CheckpointSources(TINY_B, transformer, null, FILES.resolve("tiny-q8_0.gguf"), null, null),
        "tiny-q8_0.gguf has no tensor decoder.conv_in.weight, so it is no autoencoder of Z-Image");
  }

  @Test
  void whatShapesDoNotSayOfAnotherAutoencoderIsNotGuessed() {
    assertRefused(new CheckpointSources(null, FILES.resolve("tiny-16bit.gguf"), FILES.resolve("tiny-text-encoder-f32.gguf"),
        FILES.resolve("tiny-b-vae.safetensors"), TINY.resolve("tokenizer"), null), "24, expected 16 channels of latents", "config.json");
  }

  @Test
  void aFileOfAnotherSizeThanTheFoldersConfigurationIsRefusedWithItsKey() {
    assertRefused(new CheckpointSources(TINY, null, null, FILES.resolve("tiny-b-vae.safetensors"), null, null),
        "tiny-b-vae.safetensors: first_stage_model.decoder.conv_in.weight has shape [32, 24, 3, 3], expected [32, 16, 3, 3]");
  }

  private static void assertRefused(CheckpointSources sources, String... said) {
    assertThatThrownBy(() -> Exporter.export(sources, folder.resolve("refused"), OPTIONS)).isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(said);
  }

  static Stream<String> lossyFiles() {
    return EXPECTED.getJsonObject("sha256_of_float32_values").keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("lossyFiles")
  void restoresExactlyTheValuesThatOthersRead(String file) {
    Exporter.export(new CheckpointSources(TINY, FILES.resolve(file), null, null, null, null), folder.resolve(file), OPTIONS);

    Map<String, String> expected = new TreeMap<>();
    EXPECTED.getJsonObject("sha256_of_float32_values").getJsonObject(file)
        .forEach((key, hash) -> expected.put(key, ((JsonString) hash).getString()));
    assertThat(hashes(folder.resolve(file).resolve("transformer"))).isEqualTo(expected);
    assertDrawn(file, file);
  }

  private static void assertDrawn(String model, String golden) {
    byte[] expected = bytes(SafeTensors.open(FILES.resolve("pictures.safetensors")).tensor(golden));
    PictureDifference difference = PictureDifference.between(picture(model, EXPECTED.getInt("size")), expected);

    assertThat(difference.shareWithinOne()).isGreaterThanOrEqualTo(0.999);
  }

  private static byte[] picture(String model, int size) {
    try (ZImageModel loaded = ZImageModel.load(folder.resolve(model), SessionOptions.defaults())) {
      Picture picture = loaded.generate(Sampling.of(EXPECTED.getString("prompt"), EXPECTED.getInt("seed"))
          .withSize(size, size).withSteps(EXPECTED.getInt("steps")), StepListener.NONE);
      return picture.rgb();
    }
  }

  private static byte[] bytes(TensorEntry entry) {
    try {
      ByteBuffer mapped = entry.map();
      byte[] bytes = new byte[mapped.remaining()];
      mapped.get(bytes);
      return bytes;
    } catch (IOException cause) {
      throw new AssertionError(cause);
    }
  }

  /** SHA-256 of every weight's float32 values, in the order of the checkpoint. Adapters have no values yet. */
  private static Map<String, String> hashes(Path network) {
    TransformerConfig config = TransformerConfig.read(TINY.resolve("transformer/config.json"));
    Map<String, String> hashes = new TreeMap<>();
    try (SavedModelBundle bundle = SavedModelBundle.load(network.toString())) {
      bundle.metaGraphDef().getGraphDef().getNodeList().stream().filter(node -> node.getOp().equals("VarHandleOp"))
          .filter(node -> !node.getName().startsWith("adapt.")).forEach(node -> {
        try (TFloat32 value = (TFloat32) bundle.session().runner().fetch(node.getName() + ".read").run().get(0)) {
          float[] values = new float[(int) value.size()];
          value.asRawTensor().data().asFloats().read(values);
          boolean isPaired = node.getName().matches(".*\\.(to_q|to_k|norm_q|norm_k)\\.weight");
          hashes.put(node.getName(), sha256(isPaired ? inPairs(values, value.shape().get(0), config.headDim()) : values));
        }
      });
    }
    return hashes;
  }

  /** Takes back {@code Layout.pairsAsHalves}. */
  private static float[] inPairs(float[] halves, long rows, int headDim) {
    int width = (int) (halves.length / rows);
    float[] pairs = new float[halves.length];
    for (int row = 0; row < rows; row++) {
      int inHead = row % headDim;
      int stored = row - inHead + inHead / 2 + inHead % 2 * (headDim / 2);
      System.arraycopy(halves, stored * width, pairs, row * width, width);
    }
    return pairs;
  }

  private static String sha256(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException everyPlatformHasIt) {
      throw new AssertionError(everyPlatformHasIt);
    }
  }
}

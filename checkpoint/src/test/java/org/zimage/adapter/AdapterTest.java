package org.zimage.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.SafeTensorsFile;

/** Which files are adapters of a model. What they do to pictures is compared with diffusers elsewhere. */
class AdapterTest {
  private static final AdapterTargets TARGETS = new AdapterTargets(Map.of(
      "layers.0.attention.to_q.weight", new long[] {8, 4}, "layers.0.attention.to_k.weight", new long[] {8, 4},
      "layers.0.attention.to_v.weight", new long[] {8, 4}, "layers.0.attention.to_out.0.weight", new long[] {4, 8},
      "layers.0.feed_forward.w1.weight", new long[] {16, 4}, "layers.0.ffn_norm1.weight", new long[] {4},
      "all_x_embedder.2-1.weight", new long[] {4, 12}, "all_final_layer.2-1.linear.weight", new long[] {12, 4},
      "cap_embedder.1.weight", new long[] {4, 6}, "small.weight", new long[] {1, 1}));

  @TempDir Path folder;

  private Adapter read(SafeTensorsFile file) throws IOException {
    return Adapter.read("some", file.write(folder.resolve("some.safetensors")), TARGETS);
  }

  private static SafeTensorsFile pair(String layer, int rank, int out, int in) {
    return new SafeTensorsFile().floats(layer + ".lora_A.weight", rank, in).floats(layer + ".lora_B.weight", out, rank);
  }

  @ParameterizedTest
  @ValueSource(strings = {"transformer.layers.0.attention.to_out.0", "diffusion_model.layers.0.attention.out",
      "model.diffusion_model.layers.0.attention.out", "lora_unet_layers_0_attention_to_out_0", "lora_unet_layers_0_attention_out",
      "base_model.model.layers.0.attention.to_out.0", "layers.0.attention.to.out.0", "default.layers.0.attention.to_out.0"})
  void aLayerIsKnownByTheNameThatEachTrainerGivesIt(String layer) throws IOException {
    assertThat(read(pair(layer, 2, 4, 8)).targets()).containsExactly("layers.0.attention.to_out.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x_embedder", "lora_unet_x_embedder", "diffusion_model.all_x_embedder.2-1", "lora_unet_all_x_embedder_2-1"})
  void theAuthorsNamesAreKnown(String layer) throws IOException {
    assertThat(read(pair(layer, 1, 4, 12)).targets()).containsExactly("all_x_embedder.2-1");
  }

  @Test
  void thirdsOfAFusedLayerAreQueriesKeysAndValues() throws IOException {
    Adapter adapter = read(pair("diffusion_model.layers.0.attention.qkv", 2, 24, 4));

    assertThat(adapter.targets()).containsExactly("layers.0.attention.to_k", "layers.0.attention.to_q", "layers.0.attention.to_v");
    assertThat(adapter.layers().get(1).up().offset()).isLessThan(adapter.layers().get(0).up().offset());
    assertThat(adapter.layers().get(0).up().offset()).isLessThan(adapter.layers().get(2).up().offset());
  }

  @Test
  void ranksOfAFusedLayerMayBeApart() throws IOException {
    SafeTensorsFile file = new SafeTensorsFile().floats("layers.0.attention.qkv.lora_A.weight", 6, 4)
        .floats("layers.0.attention.qkv.lora_B.weight", 24, 2).number("layers.0.attention.qkv.alpha", 1f);

    Adapter adapter = read(file);

    assertThat(adapter.ranks().getMax()).isEqualTo(2);
    assertThat(adapter.scales()).containsExactly(0.5);
  }

  @Test
  void whatIsThereTwiceUnderTheAuthorsNameIsLeftOut() throws IOException {
    SafeTensorsFile file = pair("layers.0.attention.to_out.0", 2, 4, 8).floats("layers.0.attention.out.lora_A.weight", 2, 8)
        .floats("layers.0.attention.out.lora_B.weight", 4, 2);

    Adapter adapter = read(file);

    assertThat(adapter.targets()).containsExactly("layers.0.attention.to_out.0");
    assertThat(adapter.repeated()).hasSize(2);
  }

  @Test
  void alphaIsDividedByTheRank() throws IOException {
    SafeTensorsFile tensor = pair("layers.0.attention.to_q", 4, 8, 4).number("layers.0.attention.to_q.alpha", 2f);
    SafeTensorsFile configuration = pair("layers.0.attention.to_q", 4, 8, 4).metadata("lora_adapter_metadata",
        "{\"transformer.r\": 4, \"transformer.lora_alpha\": 8, \"transformer.alpha_pattern\": {\"attention.to_v\": 1}}");

    assertThat(read(tensor).scales()).containsExactly(0.5);
    assertThat(read(configuration).scales()).containsExactly(2.0);
    assertThat(read(pair("layers.0.attention.to_q", 4, 8, 4)).scales()).containsExactly(1.0);
  }

  static Stream<Arguments> refused() {
    SafeTensorsFile good = pair("layers.0.attention.to_q", 2, 8, 4);
    return Stream.of(
        Arguments.of("a renamed key", pair("layers.0.attention.to_qq", 2, 8, 4), new String[] {
            "layers.0.attention.to_qq.lora_A.weight belongs to no layer", "the nearest is layers.0.attention.to_q"}),
        Arguments.of("a wrong shape", pair("layers.0.attention.to_q", 2, 8, 5), new String[] {
            "layers.0.attention.to_q.lora_A.weight has shape [2, 5], expected [2, 4]"}),
        Arguments.of("ranks that differ", new SafeTensorsFile().floats("cap_embedder.1.lora_A.weight", 2, 6)
            .floats("cap_embedder.1.lora_B.weight", 4, 3), new String[] {"cap_embedder.1.lora_B.weight has shape [4, 3], expected [4, 2]"}),
        Arguments.of("a missing half", new SafeTensorsFile().floats("layers.0.attention.to_q.lora_down.weight", 2, 4), new String[] {
            "layers.0.attention.to_q.lora_down.weight has no lora_B (lora_up) beside it"}),
        Arguments.of("alpha alone", new SafeTensorsFile().number("layers.0.attention.to_q.alpha", 1f), new String[] {"has no lora_A"}),
        Arguments.of("another model", pair("transformer_blocks.0.attn.to_q", 2, 64, 64), new String[] {"belongs to no layer of this model"}),
        Arguments.of("no adapter", new SafeTensorsFile().floats("layers.0.attention.to_q.weight", 8, 4), new String[] {
            "layers.0.attention.to_q.weight is no tensor of a LoRA"}),
        Arguments.of("nothing", new SafeTensorsFile(), new String[] {"there is no tensor of a LoRA in it"}),
        Arguments.of("the same twice", pair("layers.0.attention.to_q", 2, 8, 4).floats("transformer.layers.0.attention.to_q.lora_A.weight", 2, 4),
            new String[] {"mean the same"}),
        Arguments.of("whole numbers", new SafeTensorsFile().tensor("cap_embedder.1.lora_A.weight", "I8", 1, 2, 6)
            .floats("cap_embedder.1.lora_B.weight", 4, 2), new String[] {"is I8[2, 6], expected a matrix in float32"}),
        Arguments.of("a vector", new SafeTensorsFile().floats("cap_embedder.1.lora_A.weight", 12)
            .floats("cap_embedder.1.lora_B.weight", 4, 2), new String[] {"is F32[12], expected a matrix"}),
        Arguments.of("a value that is no number", new SafeTensorsFile().floats("small.lora_A.weight", 1, 1)
            .number("small.lora_B.weight", Float.NaN, 1, 1), new String[] {"small.lora_B.weight has values that are infinite or no numbers"}),
        Arguments.of("rank 0", pair("layers.0.attention.to_q", 0, 8, 4), new String[] {"expected a matrix"}),
        Arguments.of("alpha without end", pair("layers.0.attention.to_q", 2, 8, 4).number("layers.0.attention.to_q.alpha", Float.NaN),
            new String[] {"layers.0.attention.to_q.alpha is no number"}),
        Arguments.of("DoRA", pair("layers.0.attention.to_q", 2, 8, 4).floats("layers.0.attention.to_q.dora_scale", 8), new String[] {"a DoRA"}),
        Arguments.of("LoHa", new SafeTensorsFile().floats("layers.0.attention.to_q.hada_w1_a", 8, 2), new String[] {"a LoHa"}),
        Arguments.of("LoKr", new SafeTensorsFile().floats("layers.0.attention.to_q.lokr_w1", 2, 2), new String[] {"a LoKr"}),
        Arguments.of("changed weights", new SafeTensorsFile().floats("layers.0.attention.to_q.diff", 8, 4), new String[] {"of changed weights"}),
        Arguments.of("of the text encoder", new SafeTensorsFile().floats("lora_te_model_layers_0.lora_down.weight", 2, 4),
            new String[] {"for the text encoder"}),
        Arguments.of("a configuration that is none", good.metadata("lora_adapter_metadata", "[1]"), new String[] {"some.safetensors"}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void isRefusedWithTheTensorThatIsWrong(String what, SafeTensorsFile file, String[] expected) {
    assertThatThrownBy(() -> read(file)).isInstanceOf(CheckpointException.class).hasMessageContainingAll(expected)
        .hasMessageContaining("some.safetensors");
  }

  /** So that a file of some hundred MB is not read twice. */
  @Test
  void aChecksumThatIsKnownIsNotComputedAgain() throws IOException {
    Path file = pair("layers.0.attention.to_q", 2, 8, 4).write(folder.resolve("some.safetensors"));

    assertThat(Adapter.read("some", file, "known", TARGETS).checksum()).isEqualTo("known");
    assertThat(Adapter.read("some", file, TARGETS).checksum()).hasSize(64);
  }

  /** As a worker tells them to a web node. */
  @Test
  void targetsCanBeMadeAgainOfTheirShapes() throws IOException {
    Path file = pair("layers.0.attention.to_q", 2, 8, 4).write(folder.resolve("some.safetensors"));

    AdapterTargets told = new AdapterTargets(TARGETS.shapes());

    assertThat(told.size()).isEqualTo(TARGETS.size());
    assertThat(Adapter.read("some", file, "its checksum", told).targets()).containsExactly("layers.0.attention.to_q");
    assertThatThrownBy(() -> Adapter.read("some", pair("layers.0.attention.to_q", 2, 8, 5).write(file), told))
        .hasMessageContaining("has shape [2, 5], expected [2, 4]");
  }

  @Test
  void onlyTheFirstWrongTensorsAreNamed() {
    SafeTensorsFile file = new SafeTensorsFile();
    for (int i = 0; i < 20_000; i++) { // for all of them, the nearest layer would take minutes
      file.floats("nonsense." + i + ".lora_A.weight", 1, 1);
    }

    assertThatThrownBy(() -> read(file)).hasMessageContaining("; and 19995 more").message().hasSizeLessThan(2000);
  }

  @Test
  void whatIsNoSafetensorsFileIsRefused() throws IOException {
    Path pickle = Files.write(folder.resolve("some.pt"), new byte[100]);

    assertThatThrownBy(() -> Adapter.read("some", pickle, TARGETS)).isInstanceOf(CheckpointException.class)
        .hasMessageContaining("is not a safetensors file");
    assertThatThrownBy(() -> Adapter.read("some", folder, TARGETS)).isInstanceOf(CheckpointException.class).hasMessageContaining("is no file");
  }
}

package org.zimage.checkpoint.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.SafeTensorsFile;
import org.zimage.checkpoint.TensorFile;

/** Which weights a file has, and what is refused instead of drawn wrongly. */
class PartTest {
  private static final String LANDMARK = "layers.0.adaLN_modulation.0.weight";

  @TempDir
  private Path folder;

  private static SafeTensorsFile transformer() {
    return new SafeTensorsFile().floats(LANDMARK, 4, 2);
  }

  private Weights read(SafeTensorsFile file) throws IOException {
    return Part.TRANSFORMER.read(TensorFile.open(file.write(folder.resolve("file.safetensors"))));
  }

  private void assertRefused(SafeTensorsFile file, String... said) {
    assertThatThrownBy(() -> read(file)).isInstanceOf(CheckpointException.class).hasMessageContaining("file.safetensors")
        .hasMessageContainingAll(said);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "layers.0.attention.to_q.lora_A.weight          | an adapter (LoRA)",
      "lora_unet_layers_0_attention_to_q.lora_down.weight | an adapter (LoRA)",
      "layers.0.attention.to_q.lokr_w1                | an adapter (LoRA)",
      "layers.0.attention.to_qkv.qweight              | nunchaku",
      "layers.0.attention.to_qkv.proj_down            | nunchaku",
      "layers.0.attention.qkv.weight_scale_2          | nvfp4",
      "layers.0.attention.to_q.weight.absmax          | bitsandbytes",
      "layers.0.attention.to_q.zero_point             | SDNQ",
      "layers.0.adaLN_modulation.1.weight             | Lumina 2"})
  void namesWhatItCannotTakeAndTheKey(String key, String reason) {
    assertRefused(transformer().floats(key, 2, 2), reason, key);
  }

  @Test
  void refusesTypesThatNoWeightHas() {
    assertRefused(transformer().tensor("layers.0.attention.to_q.weight", "I8", 1, 2, 2), "layers.0.attention.to_q.weight is I8");
  }

  @Test
  void refusesAnotherNetwork() {
    assertRefused(new SafeTensorsFile().floats("double_blocks.0.weight", 2), "no transformer of Z-Image", "double_blocks.0.weight");
  }

  @Test
  void refusesAKeyOfNoNetworkBetweenThoseOfSeveral() {
    assertRefused(new SafeTensorsFile().floats("model.diffusion_model." + LANDMARK, 4, 2).floats("conditioner.weight", 2),
        "conditioner.weight belongs to no network");
  }

  @Test
  void refusesAWeightUnderTwoNames() {
    assertRefused(transformer().floats("x_embedder.weight", 2, 2).floats("all_x_embedder.2-1.weight", 2, 2),
        "x_embedder.weight and all_x_embedder.2-1.weight are both all_x_embedder.2-1.weight");
  }

  @Test
  void dividesWhatIsFusedAndNamesWhatCannotBeDivided() throws IOException {
    Weights weights = read(transformer().floats("layers.0.attention.qkv.weight", 6, 2));

    long first = weights.weight("layers.0.attention.to_q.weight", 2, 2).values().offset();
    assertThat(weights.weight("layers.0.attention.to_k.weight", 2, 2).values().offset()).isEqualTo(first + 16);
    assertThat(weights.weight("layers.0.attention.to_v.weight", 2, 2).values().offset()).isEqualTo(first + 32);
    assertRefused(transformer().floats("layers.0.attention.qkv.weight", 7, 2), "layers.0.attention.qkv.weight has shape [7, 2]");
  }

  @Test
  void axesOfOneMayBeThereOrNot() throws IOException {
    Weights weights = read(transformer().floats("x_pad_token", 8));

    assertThat(weights.weight("x_pad_token", 1, 8).shape()).containsExactly(1, 8);
    assertThatThrownBy(() -> weights.weight("x_pad_token", 2, 4)).hasMessageContaining("x_pad_token has shape [8], expected [2, 4]");
  }

  @Test
  void namesWhatNothingUses() throws IOException {
    Weights weights = read(transformer().floats("siglip_embedder.0.weight", 2));

    assertThatThrownBy(() -> weights.requireAllUsed(Set.of(LANDMARK), "\0")).isInstanceOf(CheckpointException.class)
        .hasMessageContaining("siglip_embedder.0.weight has no place in this network");
  }

  @Test
  void scalesOfFusedRowsAreDividedLikeThem() throws IOException {
    Weights weights = read(transformer().tensor("layers.0.attention.qkv.weight", "F8_E4M3", 1, 6, 2)
        .floats("layers.0.attention.qkv.weight_scale", 6, 1));

    Weight key = weights.weight("layers.0.attention.to_k.weight", 2, 2);
    Weight query = weights.weight("layers.0.attention.to_q.weight", 2, 2);
    assertThat(key.scale().shape()).containsExactly(2);
    assertThat(key.scale().offset()).isEqualTo(query.scale().offset() + 8);
  }

  @Test
  void scalesThatDoNotFitAreRefused() {
    assertRefused(transformer().tensor("a.weight", "F8_E4M3", 1, 6, 2).floats("a.weight_scale", 3), "a.weight_scale has shape [3]",
        "a.weight [6, 2]");
    assertRefused(transformer().tensor("a.weight", "F8_E4M3", 1, 6, 2).floats("a.weight_scale", 2, 3), "a.weight_scale has shape [2, 3]");
    assertRefused(transformer().floats("a.weight_scale"), "a.weight_scale scales nothing: there is no a.weight");
    assertRefused(transformer().floats("a.weight", 2).floats("a.scale_weight"), "a.scale_weight scales F32");
    assertRefused(transformer().tensor("a.weight", "F8_E4M3", 1, 2).floats("a.weight_scale").floats("a.scale_weight"),
        "is there twice", "a.weight");
    assertRefused(transformer().tensor("a.weight", "F8_E4M3", 1, 64, 2).tensor("a.weight_scale", "F8_E8M0", 1, 64, 1),
        "a.weight_scale is F8_E8M0", "mxfp8");
  }

  @Test
  void formatsOfLayersAreLookedAt() {
    assertRefused(transformer().text("a.comfy_quant", "{\"format\": \"nvfp4\"}"), "a.comfy_quant is of the format \"nvfp4\"");
    assertRefused(transformer().text("a.comfy_quant", "nvfp4"), "is not a JSON object");
    assertRefused(transformer().metadata("_quantization_metadata", "{\"layers\": {\"b\": {\"format\": \"int8_tensorwise\"}}}"),
        "b is of the format \"int8_tensorwise\"", "float8_e4m3fn");
    assertRefused(transformer().metadata("_quantization_metadata", "[]"), "is not a JSON object");
  }
}

package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

class NetworkTest {
  @Test
  void aCallThatTensorFlowRefusesFailsAsAModelDoes() {
    Network decoder = Fixtures.model("tiny").vaeDecoder();
    long channels = decoder.inputShape("decode", "latents")[0];

    try (TFloat32 latents = TFloat32.tensorOf(Shape.of(channels + 1, 8, 8))) {
      assertThatThrownBy(() -> decoder.call("decode", Map.of("latents", latents), "image"))
          .isInstanceOf(ModelException.class).hasMessageContaining("vae_decoder");
    }
  }

  @Test
  void ofSeveralErrorsTheFirstIsToldInItsOwnWords() {
    String several = """
        2 root error(s) found.
          (0) INVALID_ARGUMENT: JIT compilation failed.
        \t [[{{node Rsqrt}}]]
        \t [[prediction/_15]]
          (1) INVALID_ARGUMENT: JIT compilation failed.
        \t [[{{node Rsqrt}}]]
        0 successful operations.
        0 derived errors ignored.""";

    assertThat(Network.firstError(several)).isEqualTo("INVALID_ARGUMENT: JIT compilation failed.");
    assertThat(Network.firstError("Matrix size-incompatible: In[0]: [1,2]\n\t [[{{node MatMul}}]]"))
        .isEqualTo("Matrix size-incompatible: In[0]: [1,2]");
    assertThat(Network.firstError(null)).isEqualTo("null");
    assertThat(Network.firstError("x".repeat(5_000))).hasSize(501);
  }
}

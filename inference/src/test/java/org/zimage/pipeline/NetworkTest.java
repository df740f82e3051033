package org.zimage.pipeline;

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
}

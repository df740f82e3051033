package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.zimage.checkpoint.SafeTensors;
import org.zimage.checkpoint.source.ZImageCheckpoint;
import org.zimage.pipeline.network.ModelException;
import org.zimage.pipeline.network.Network;
import org.zimage.pipeline.sampler.NoiseGenerator;

class VaeDecoderTest {
  @ParameterizedTest
  @ValueSource(strings = {"tiny", "tiny-b"})
  void givesTheReferencesPicture(String name) {
    SafeTensors goldens = Fixtures.tensors(name + "-goldens/vae.safetensors");
    long[] shape = goldens.tensor("decode.z").shape();
    float[] scaledLatents = scaled(Fixtures.floats(goldens, "decode.z"), ZImageCheckpoint.open(Fixtures.checkpoint(name)));

    float[] golden = channelsLast(Fixtures.floats(goldens, "decode.image"), (int) goldens.tensor("decode.image").shape()[2],
        (int) goldens.tensor("decode.image").shape()[3]);
    Closeness.assertClose(decoded(name, "decode", scaledLatents, shape[1], shape[2], shape[3]), golden, 1e-4);
  }

  /** The numbers of rows can not be divided by that of the stripes, at no level. */
  @ParameterizedTest
  @CsvSource({"tiny, 18, 20", "tiny, 61, 16", "tiny-b, 34, 22"})
  void aPictureInStripesIsTheWholePicture(String name, int rows, int columns) {
    int channels = Fixtures.model(name).manifest().latentChannels();
    float[] latents = NoiseGenerator.CPU.standardNormal(1, channels * rows * columns);

    float[] whole = decoded(name, "decode", latents, channels, rows, columns);
    float[] striped = decoded(name, "decode_in_stripes", latents, channels, rows, columns);

    Closeness.assertClose(striped, whole, 1e-4);
  }

  private static float[] decoded(String name, String signature, float[] values, long channels, long rows, long columns) {
    try (TFloat32 latents = TFloat32.tensorOf(Shape.of(channels, rows, columns), DataBuffers.of(values));
        Network.Outputs outputs = Fixtures.model(name).vaeDecoder().call(signature, Map.of("latents", latents), "sample")) {
      TFloat32 sample = (TFloat32) outputs.get("sample");
      float[] pixels = new float[(int) sample.size()];
      sample.asRawTensor().data().asFloats().read(pixels);
      return pixels;
    }
  }

  /** The golden z is what the decoder's first convolution gets; the pipeline's latents are scaled and shifted. */
  private static float[] scaled(float[] z, ZImageCheckpoint checkpoint) {
    float[] latents = new float[z.length];
    for (int i = 0; i < z.length; i++) {
      latents[i] = (float) ((z[i] - checkpoint.vae().shiftFactor()) * checkpoint.vae().scalingFactor());
    }
    return latents;
  }

  static float[] channelsLast(float[] image, int height, int width) {
    float[] values = new float[image.length];
    for (int channel = 0; channel < 3; channel++) {
      for (int pixel = 0; pixel < height * width; pixel++) {
        values[pixel * 3 + channel] = image[channel * height * width + pixel];
      }
    }
    return values;
  }

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

package org.zimage.pipeline;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.zimage.checkpoint.SafeTensors;
import org.zimage.pipeline.network.Network;
import org.zimage.pipeline.sampler.NoiseGenerator;

class VaeEncoderTest {
  @ParameterizedTest
  @CsvSource({"tiny, 80, 64", "tiny-b, 128, 192", "z-image-nano, 192, 128"})
  void givesTheReferencesMean(String name, int width, int height) {
    SafeTensors goldens = Fixtures.tensors("picture-goldens/" + name + ".safetensors");
    byte[] picture = Fixtures.bytes(goldens, "picture_" + width + "x" + height);

    Closeness.assertClose(encoded(name, "encode", "mean", picture, width, height), Fixtures.floats(goldens, "mean"), 1e-4);
  }

  /** The numbers of rows can not be divided by that of the stripes, at no level. */
  @ParameterizedTest
  @CsvSource({"tiny, 160, 144", "tiny, 128, 488", "tiny-b, 704, 1088"})
  void aPictureInStripesIsTheWholePicture(String name, int width, int height) {
    byte[] picture = new byte[width * height * 3];
    new Random(1).nextBytes(picture);

    float[] whole = encoded(name, "encode", "latents", picture, width, height);
    float[] striped = encoded(name, "encode_in_stripes", "latents", picture, width, height);

    Closeness.assertClose(striped, whole, 1e-4);
  }

  private static float[] encoded(String name, String signature, String output, byte[] pixels, int width, int height) {
    int channels = Fixtures.model(name).manifest().latentChannels();
    int scale = Fixtures.model(name).manifest().latentScale();
    float[] draw = NoiseGenerator.CPU.standardNormal(1, channels * (height / scale) * (width / scale));
    try (TUint8 image = TUint8.tensorOf(Shape.of(height, width, 3), DataBuffers.of(pixels));
        TFloat32 noise = TFloat32.tensorOf(Shape.of(channels, height / scale, width / scale), DataBuffers.of(draw, true, false));
        Network.Outputs outputs = Fixtures.model(name).vaeEncoder().call(signature, Map.of("image", image, "noise", noise), output)) {
      TFloat32 result = (TFloat32) outputs.get(output);
      float[] values = new float[(int) result.size()];
      result.asRawTensor().data().asFloats().read(values);
      return values;
    }
  }
}

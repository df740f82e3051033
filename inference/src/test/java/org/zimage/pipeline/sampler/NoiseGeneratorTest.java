package org.zimage.pipeline.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.checkpoint.SafeTensors;
import org.zimage.pipeline.Fixtures;

/** Against {@code torch.randn}; its vectorised logarithm and angle may differ in the last bits, hence 1e-6. */
class NoiseGeneratorTest {
  private static final SafeTensors GOLDENS = Fixtures.tensors("randn.safetensors");

  static Stream<Arguments> wholeTensors() {
    return GOLDENS.entries().stream().map(entry -> entry.name()).filter(name -> name.matches("seed\\d+\\.shape[\\dx]+"))
        .map(name -> Arguments.of(name, seed(name)));
  }

  private static long seed(String name) {
    return Long.parseLong(name.substring("seed".length(), name.indexOf('.')));
  }

  @ParameterizedTest
  @MethodSource("wholeTensors")
  void givesPyTorchsCpuValuesForEveryLength(String tensor, long seed) {
    float[] golden = Fixtures.floats(GOLDENS, tensor);

    assertClose(NoiseGenerator.CPU.standardNormal(seed, golden.length), golden);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, 2147483648L, Long.MAX_VALUE})
  void givesPyTorchsCpuValuesForTheLatentsOfALargePicture(long seed) {
    String key = "seed" + seed + ".shape1x16x128x128";
    float[] values = NoiseGenerator.CPU.standardNormal(seed, 16 * 128 * 128);

    assertClose(Arrays.copyOf(values, 64), Fixtures.floats(GOLDENS, key + ".first64"));
    assertClose(Arrays.copyOfRange(values, values.length - 16, values.length), Fixtures.floats(GOLDENS, key + ".last16"));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, 2147483648L, Long.MAX_VALUE})
  void goesOnWhereTheLastTensorEnded(long seed) {
    TorchCpuNoise noise = new TorchCpuNoise(seed);
    float[] golden = Fixtures.floats(GOLDENS, "seed" + seed + ".seq");
    int start = 0;

    for (int count : List.of(15, 17, 3, 64, 5)) {
      assertClose(noise.next(count), Arrays.copyOfRange(golden, start, start + count));
      start += count;
    }
  }

  /** The values that several projects publish for {@code torch.randn} on a CUDA device after {@code manual_seed(0)}. */
  @Test
  void givesPyTorchsCudaValues() {
    assertClose(NoiseGenerator.CUDA.standardNormal(0, 6),
        new float[] {-0.92466259f, -0.42534415f, -2.6438457f, 0.14518388f, -0.12086647f, -0.57972564f});
  }

  @Test
  void aSecondTensorOfCudaIsNotTheFirst() {
    NoiseStream noise = NoiseGenerator.CUDA.seeded(0);
    float[] first = noise.next(1000);

    assertThat(noise.next(1000)).isNotEqualTo(first);
    assertClose(first, NoiseGenerator.CUDA.standardNormal(0, 1000));
  }

  @Test
  void takesANegativeSeedAsItsBits() {
    assertThat(NoiseGenerator.CPU.standardNormal(-1, 32)).isEqualTo(NoiseGenerator.CPU.standardNormal(0xffffffffL, 32));
  }

  private static void assertClose(float[] actual, float[] golden) {
    assertThat(actual).hasSameSizeAs(golden);
    for (int i = 0; i < golden.length; i++) {
      assertThat(actual[i]).as("value %d", i).isCloseTo(golden[i], within(1e-6f * Math.max(1, Math.abs(golden[i]))));
    }
  }
}

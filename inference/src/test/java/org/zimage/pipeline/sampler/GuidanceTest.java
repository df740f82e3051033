package org.zimage.pipeline.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Computed by hand: the positive prediction (3, 4) is 5 long, and the guided one (6, 8) is 10 long. */
class GuidanceTest {
  private static final Offset<Float> ROUNDING = within(1e-6f);

  @ParameterizedTest
  @CsvSource({"0, 6, 8", "0.5, 1.5, 2", "1, 3, 4", "1.5, 4.5, 6", "2, 6, 8", "3, 6, 8"})
  void aLongerPredictionIsShortenedToTheFactorTimesThePositiveOne(double factor, float first, float second) {
    float[] positive = {3, 4};

    new Guidance(1, 1, factor).apply(positive, new float[] {0, 0});

    assertThat(positive[0]).isCloseTo(first, ROUNDING);
    assertThat(positive[1]).isCloseTo(second, ROUNDING);
  }

  @Test
  void aShorterPredictionIsNeverMadeLonger() {
    float[] positive = {3, 4};

    new Guidance(0.5, 1, 1.5).apply(positive, new float[] {6, 8});

    assertThat(positive).containsExactly(1.5f, 2f);
  }
}

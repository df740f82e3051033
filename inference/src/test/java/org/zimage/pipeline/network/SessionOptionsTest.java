package org.zimage.pipeline.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The environment gives each session threads of its own here, as it does in the product. */
class SessionOptionsTest {
  private static final long NANO = 10L << 20;
  private static final long TURBO = 12L << 30;

  private final SessionOptions four = SessionOptions.defaults().withThreads(4);

  @Test
  void aSmallTransformerAndTextEncoderComputeWithOneThread() {
    assertThat(four.forTokens(NANO).getIntraOpParallelismThreads()).isEqualTo(1);
    assertThat(four.forPrompts(NANO).getIntraOpParallelismThreads()).isEqualTo(1);
  }

  @Test
  void largeOnesAndEveryDecoderComputeWithAll() {
    assertThat(four.forTokens(TURBO).getIntraOpParallelismThreads()).isEqualTo(4);
    assertThat(four.forPrompts(TURBO).getIntraOpParallelismThreads()).isEqualTo(4);
    assertThat(four.forPictures().getIntraOpParallelismThreads()).isEqualTo(4);
  }

  @Test
  void theTextEncoderStaysOffTheGpuUnlessItIsAskedFor() {
    assertThat(four.forPrompts(TURBO).getDeviceCountMap()).containsEntry("GPU", 0);
    assertThat(new SessionOptions(0, 0, true, true).forPrompts(TURBO).getDeviceCountMap()).isEmpty();
    assertThat(four.forTokens(TURBO).getDeviceCountMap()).isEmpty();
  }
}

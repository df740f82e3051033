package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

class DeviceTest {
  /** What the build for GPUs asks, answered by a TensorFlow that has none. */
  @Test
  void whereThereIsNoGpuNothingComputesOnOne() {
    assumeTrue(Device.find(SessionOptions.defaults()) != Device.GPU, "this machine has a GPU");

    assertThat(Device.computesOnGpu(SessionOptions.defaults())).isFalse();
  }
}

package org.zimage.pipeline.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.zimage.architecture.LeftOut;
import org.zimage.cuda.CudaLibrary;

class DeviceTest {
  /** What the build for GPUs asks, answered by a TensorFlow that has none. */
  @Test
  void whereThereIsNoGpuNothingComputesOnOne() {
    LeftOut.where(Device.find(SessionOptions.defaults()) == Device.GPU, "this machine has a GPU");

    assertThat(Device.computesOnGpu(SessionOptions.defaults())).isFalse();
  }

  @Test
  void whoRequiresAGpuIsToldWhyThereIsNone() {
    assertThatThrownBy(Device.CPU::requireGpu).isInstanceOf(ModelException.class)
        .hasMessageContaining("a GPU is required").hasMessageContaining("mvn -Pgpu package");
    assertThatThrownBy(Device.CPU_WITHOUT_GPU::requireGpu).isInstanceOf(ModelException.class).hasMessageContaining("NVIDIA");
  }

  @Test
  void aGpuThatIsNotSeenIsExplainedByTheLibrariesThatAreMissing() {
    LeftOut.where(CudaLibrary.missing().isEmpty(), "all of CUDA's libraries are on this machine");

    assertThat(Device.CPU_WITHOUT_GPU.description())
        .contains(CudaLibrary.missing().get(0).file(), CudaLibrary.missing().get(0).packages(), "LD_LIBRARY_PATH");
  }
}

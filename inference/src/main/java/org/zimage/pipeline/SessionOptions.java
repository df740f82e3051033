package org.zimage.pipeline;

import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * How TensorFlow uses the machine. The first session of a process decides the threads, and how a GPU is used, for all.
 *
 * @param threads within one operation; 0: as many as there are processors
 * @param gpu which of the machine's GPUs, from 0; without meaning where there is none
 * @param gpuMemoryGrowth take the GPU's memory as it is needed; otherwise nearly all of it at once
 * @param textEncoderOnGpu keep the text encoder in the GPU's memory; otherwise it works on the processor
 */
public record SessionOptions(int threads, int gpu, boolean gpuMemoryGrowth, boolean textEncoderOnGpu) {
  public SessionOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be 0 (one a processor) or more (got " + threads + ")");
    }
    if (gpu < 0) {
      throw new IllegalArgumentException("gpu must be 0 (the first) or more (got " + gpu + ")");
    }
  }

  public static SessionOptions defaults() {
    return new SessionOptions(0, 0, true, false);
  }

  public SessionOptions withThreads(int count) {
    return new SessionOptions(count, gpu, gpuMemoryGrowth, textEncoderOnGpu);
  }

  ConfigProto toProto() {
    int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(count)
        // The networks are chains: operations side by side would only take each other's caches.
        .setInterOpParallelismThreads(1)
        .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(gpuMemoryGrowth).setVisibleDeviceList(Integer.toString(gpu)))
        .build();
  }

  /** For the text encoder, which is needed for a moment and takes eight gigabytes. */
  ConfigProto toTextEncoderProto() {
    return textEncoderOnGpu ? toProto() : toProto().toBuilder().putDeviceCount("GPU", 0).build();
  }
}

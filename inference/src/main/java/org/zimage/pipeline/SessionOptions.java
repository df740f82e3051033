package org.zimage.pipeline;

import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * How TensorFlow uses the machine. The first session of a process decides the threads for all.
 *
 * @param threads within one operation; 0: as many as there are processors
 */
public record SessionOptions(int threads) {
  public SessionOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be 0 (one a processor) or more (got " + threads + ")");
    }
  }

  public static SessionOptions defaults() {
    return new SessionOptions(0);
  }

  ConfigProto toProto() {
    int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(count)
        // The networks are chains: operations side by side would only take each other's caches.
        .setInterOpParallelismThreads(1)
        .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true))
        .build();
  }
}

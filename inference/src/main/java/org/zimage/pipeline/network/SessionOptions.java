package org.zimage.pipeline.network;

import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * How TensorFlow uses the machine. The first session of a process decides how a GPU is used for all; and the threads, unless
 * the environment's {@value #OWN_THREADS} gives each session threads of its own.
 *
 * @param threads within one operation, at most; 0: as many as there are processors
 * @param gpu which of the machine's GPUs, from 0; without meaning where there is none
 * @param gpuMemoryGrowth take the GPU's memory as it is needed; otherwise nearly all of it at once
 * @param textEncoderOnGpu keep the text encoder in the GPU's memory; otherwise it works on the processor
 */
public record SessionOptions(int threads, int gpu, boolean gpuMemoryGrowth, boolean textEncoderOnGpu) {
  private static final String OWN_THREADS = "TF_OVERRIDE_GLOBAL_THREADPOOL";

  /**
   * Text encoders and transformers with fewer bytes of weights compute with one thread: their operations are so short that waiting
   * for a second thread costs more than it saves. Measured in docs/performance.md.
   */
  private static final long ONE_THREAD_BYTES = 64L << 20;

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

  /**
   * The configuration of the decoder's session. Its convolutions are long enough for all threads, however few weights they have.
   */
  public ConfigProto forPictures() {
    return withIntraOpThreads(all());
  }

  /** The configuration of the transformer's session. */
  public ConfigProto forTokens(long weightBytes) {
    return withIntraOpThreads(eachHasItsOwnThreads() && weightBytes < ONE_THREAD_BYTES ? 1 : all());
  }

  /** The configuration of the text encoder's session. The text encoder takes eight gigabytes and is needed only for a moment. */
  public ConfigProto forPrompts(long weightBytes) {
    ConfigProto options = forTokens(weightBytes);
    return textEncoderOnGpu ? options : options.toBuilder().putDeviceCount("GPU", 0).build();
  }

  /** Whether each session has threads of its own. TensorFlow reads the variable once, when it makes the first session. */
  private static boolean eachHasItsOwnThreads() {
    String value = System.getenv(OWN_THREADS);
    return "1".equals(value) || "true".equalsIgnoreCase(value);
  }

  private int all() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }

  private ConfigProto withIntraOpThreads(int count) {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(count)
        // The networks are chains: operations side by side would only take each other's caches.
        .setInterOpParallelismThreads(1)
        .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(gpuMemoryGrowth).setVisibleDeviceList(Integer.toString(gpu)))
        .build();
  }
}

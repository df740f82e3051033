package org.zimage.pipeline.network;

import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.zimage.cuda.CudaLibrary;

/** The device that computes a model's pictures. */
public enum Device {
  /** By TensorFlow's build for processors. */
  CPU,
  /** By TensorFlow's build for GPUs, where it sees none. */
  CPU_WITHOUT_GPU,
  GPU;

  private static final String GPU_LIBRARY = "org/tensorflow/internal/c_api/linux-x86_64-gpu/libtensorflow_cc.so.2";

  /**
   * The reason why there is no GPU. It is looked for once a process: TensorFlow opens its libraries once, too, and a worker reports
   * its device every few seconds.
   */
  private static final class NoGpu {
    private static final String REASON = CudaLibrary.whyThereIsNoGpu();
  }

  /** The device in words for a log. Where no GPU is seen, it includes the reason and the remedy. */
  public String description() {
    return switch (this) {
      case CPU -> "the CPU";
      case CPU_WITHOUT_GPU -> "the CPU: this is the build for GPUs, but " + NoGpu.REASON;
      case GPU -> "the GPU";
    };
  }

  /** @throws ModelException unless this is a GPU, with the reason */
  public void requireGpu() {
    if (this != GPU) {
      throw new ModelException(ModelException.Reason.LIBRARY_MISSING, "a GPU is required, and there is none: "
          + (this == CPU ? "this is TensorFlow's build for processors; build with 'mvn -Pgpu package'" : NoGpu.REASON),
          null);
    }
  }

  /** The device of this machine that a session with these options uses. */
  public static Device find(SessionOptions options) {
    if (Device.class.getClassLoader().getResource(GPU_LIBRARY) == null) {
      return CPU;
    }
    return computesOnGpu(options) ? GPU : CPU_WITHOUT_GPU;
  }

  /**
   * Whether TensorFlow can use a GPU. TensorFlow-Java lists no devices, but an operation that is pinned to a GPU fails where there
   * is none.
   */
  static boolean computesOnGpu(SessionOptions options) {
    try (Graph graph = new Graph(); Session session = new Session(graph, options.forPictures())) {
      Ops tf = Ops.create(graph).withDevice(DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.GPU).deviceIndex(0).build());
      Op one = tf.math.square(tf.constant(1f));
      try (Result result = session.runner().fetch(one.op().name()).run()) {
        return result.size() == 1;
      }
    } catch (TFInvalidArgumentException | TensorFlowException none) {
      return false;
    }
  }
}

package org.zimage.pipeline;

import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;

/** Where a model's pictures are computed. */
public enum Device {
  CPU("the CPU"),
  CPU_WITHOUT_GPU("the CPU: this is the build for GPUs, but TensorFlow found none that it can use; it needs an NVIDIA driver, "
      + "CUDA 12 and cuDNN 9"),
  GPU("the GPU");

  private static final String GPU_LIBRARY = "org/tensorflow/internal/c_api/linux-x86_64-gpu/libtensorflow_cc.so.2";

  private final String description;

  Device(String description) {
    this.description = description;
  }

  /** For people who read logs. */
  public String description() {
    return description;
  }

  /** What there is on this machine for a session with these options. */
  static Device find(SessionOptions options) {
    if (Device.class.getClassLoader().getResource(GPU_LIBRARY) == null) {
      return CPU;
    }
    return computesOnGpu(options) ? GPU : CPU_WITHOUT_GPU;
  }

  /** TensorFlow-Java lists no devices; an operation that is pinned to one fails where there is none. */
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

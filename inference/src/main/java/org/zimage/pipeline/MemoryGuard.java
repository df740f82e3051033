package org.zimage.pipeline;

/**
 * Refuses what does not fit into a processor's memory before it is begun: where an allocation fails, oneDNN ends the whole process,
 * and where none fails, the system does. A GPU's memory needs no guard, since TensorFlow says when it has no more. Thread-safe.
 */
final class MemoryGuard {
  private final Device device;
  /** TensorFlow keeps what a picture took for those to come. */
  private volatile long held;

  MemoryGuard(Device device) {
    this.device = device;
  }

  /**
   * @param needed in bytes
   * @param what for whom, for the message
   * @throws ModelException if there is less
   */
  void require(long needed, String what) {
    long missing = needed - held;
    if (device == Device.GPU || missing <= 0) {
      return;
    }
    long free = FreeMemory.HERE.bytes();
    if (missing > free) {
      throw new ModelException(ModelException.Reason.OUT_OF_MEMORY,
          what + " needs " + megabytes(missing) + " of memory, " + megabytes(Math.max(0, free)) + " are free", null);
    }
  }

  /** A picture that needed so much was drawn. */
  void hold(long needed) {
    held = Math.max(held, needed);
  }

  private static String megabytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}

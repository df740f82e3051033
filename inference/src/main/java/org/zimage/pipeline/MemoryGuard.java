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
    if (!hasRoomFor(needed)) {
      throw new ModelException(ModelException.Reason.OUT_OF_MEMORY, what + " needs " + megabytes(needed - held) + " of memory, "
          + megabytes(Math.max(0, FreeMemory.HERE.bytes())) + " are free", null);
    }
  }

  /** @param needed in bytes */
  boolean hasRoomFor(long needed) {
    long missing = needed - held;
    return device == Device.GPU || missing <= 0 || missing <= FreeMemory.HERE.bytes();
  }

  /** A picture that needed so much was drawn. */
  void hold(long needed) {
    held = Math.max(held, needed);
  }

  private static String megabytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}

package org.zimage.pipeline.memory;

import org.zimage.pipeline.network.Device;
import org.zimage.pipeline.network.ModelException;

/**
 * Refuses what does not fit into a processor's memory before it is begun: where an allocation fails, oneDNN ends the whole process,
 * and where none fails, the system does. A GPU's memory needs no guard, since TensorFlow says when it has no more. Thread-safe.
 */
public final class MemoryGuard {
  private final Device device;
  /** TensorFlow keeps what a picture took for those to come. */
  private volatile long held;

  public MemoryGuard(Device device) {
    this.device = device;
  }

  /**
   * @param needed in bytes
   * @param what for whom, for the message
   * @throws ModelException if there is less
   */
  public void require(long needed, String what) {
    if (needed > held && needed > room()) {
      throw new ModelException(ModelException.Reason.OUT_OF_MEMORY, what + " needs " + megabytes(needed - held) + " of memory, "
          + megabytes(Math.max(0, FreeMemory.HERE.bytes())) + " are free", null);
    }
  }

  /** What the largest picture may need now, in bytes; without a limit on a GPU. */
  public long room() {
    if (device == Device.GPU) {
      return Long.MAX_VALUE;
    }
    long free = FreeMemory.HERE.bytes();
    return free > Long.MAX_VALUE - held ? Long.MAX_VALUE : held + Math.max(0, free);
  }

  /** A picture that needed so much was drawn. */
  public void hold(long needed) {
    held = Math.max(held, needed);
  }

  private static String megabytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}

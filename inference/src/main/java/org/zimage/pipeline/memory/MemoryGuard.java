package org.zimage.pipeline.memory;

import org.zimage.pipeline.network.Device;
import org.zimage.pipeline.network.ModelException;

/**
 * Refuses a picture that does not fit into the processor's memory, before it is begun. If an allocation failed, oneDNN would end
 * the whole process; if none failed, the system would. A GPU needs no guard, because TensorFlow reports when its memory is used up.
 * Thread-safe.
 */
public final class MemoryGuard {
  private final Device device;
  private final boolean isMemoryKept = OneDnn.isUsed();
  /** The memory that TensorFlow keeps from earlier pictures, for later ones; none without oneDNN. */
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

  /** How many bytes the largest picture may need now; no limit on a GPU. */
  public long room() {
    if (device == Device.GPU) {
      return Long.MAX_VALUE;
    }
    long free = FreeMemory.HERE.bytes();
    return free > Long.MAX_VALUE - held ? Long.MAX_VALUE : held + Math.max(0, free);
  }

  /** Records that a picture was drawn which needed so much. */
  public void hold(long needed) {
    if (isMemoryKept) {
      held = Math.max(held, needed);
    }
  }

  private static String megabytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}

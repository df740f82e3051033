package org.zimage.task.lifecycle;

/** What a worker learns when it renews its lease. */
public enum Lease {
  /** The task is still this worker's. */
  HELD,
  /** The task is still this worker's, and its owner wants it to stop. */
  CANCEL_REQUESTED,
  /** The task is no longer this worker's: nothing it writes has an effect. */
  LOST
}

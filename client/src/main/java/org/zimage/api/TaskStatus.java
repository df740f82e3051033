package org.zimage.api;

/** The states of a task as callers see them. */
public enum TaskStatus {
  /** Waiting for a worker. */
  PENDING,
  /** Taken by a worker, no step finished yet. */
  STARTED,
  /** At least one step is finished. */
  PROGRESS,
  SUCCESS,
  FAILURE,
  /** Waiting for another attempt. */
  RETRY,
  /** Cancelled. */
  REVOKED;

  /** Whether nothing follows. */
  public boolean isFinal() {
    return this == SUCCESS || this == FAILURE || this == REVOKED;
  }
}

package org.zimage.task;

import org.zimage.error.ErrorCode;

/**
 * Why a task failed, for its owner.
 *
 * @param code what kind of failure it is
 * @param message a sentence for people
 * @param hint what the owner can do about it
 */
public record Failure(ErrorCode code, String message, String hint) {
  public Failure(ErrorCode code, String message) {
    this(code, message, code.hint());
  }
}

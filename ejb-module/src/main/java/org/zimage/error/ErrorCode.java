package org.zimage.error;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a task or a call failed, with what the caller can do about it. */
public enum ErrorCode {
  GPU_OOM("The picture did not fit into the worker's memory: ask for a smaller width or height, or try again later."),
  MODEL_MISSING("The worker has no usable model: export one and point ZIMAGE_MODEL_DIR at its folder."),
  DEPENDENCY_MISSING("The worker lacks a native library: compare its installation with the documentation."),
  INVALID_REQUEST("Correct the fields that are named and send the request again."),
  CANCELLED("The task was cancelled; send the request again to get the picture."),
  WORKER_LOST("The worker stopped while it made this picture, which is not tried again by itself: send the request again."),
  STORAGE_FAILED("The image store did not take the picture that was made, or did not give the one to start from: look at its "
      + "space and rights, then try again."),
  LORA_UNUSABLE("An adapter is not the same on all nodes, or not made for this model: compare the folders ZIMAGE_LORA_DIR, and look at "
      + "the file with 'zimage lora check'."),
  INTERNAL_ERROR("Something failed inside the service: the log has more under this task's id.");

  private final String hint;

  ErrorCode(String hint) {
    this.hint = hint;
  }

  /** What the caller can do about it, in one sentence. */
  public String hint() {
    return hint;
  }

  /** The word in the database and in answers, such as {@code gpu_oom}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The code of a word; empty for words of older installations that are not ours. */
  public static Optional<ErrorCode> of(String word) {
    return Arrays.stream(values()).filter(code -> code.word().equals(word)).findFirst();
  }
}

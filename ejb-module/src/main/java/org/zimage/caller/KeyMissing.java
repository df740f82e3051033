package org.zimage.caller;

import org.zimage.task.ErrorCode;
import org.zimage.task.ZImageException;

/** The call needs an API key and has none (HTTP: 401). */
public class KeyMissing extends ZImageException {
  private static final long serialVersionUID = 1L;

  public KeyMissing() {
    super(ErrorCode.INVALID_REQUEST, "Missing API auth key");
  }
}

package org.zimage.caller;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** The call needs an API key and has none. */
public class KeyMissing extends ZImageException {
  public KeyMissing() {
    super(401, ErrorCode.INVALID_REQUEST, "Missing API auth key");
  }
}

package org.zimage.caller;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** The call's API key is not accepted. */
public class KeyNotAllowed extends ZImageException {
  public KeyNotAllowed() {
    super(403, ErrorCode.INVALID_REQUEST, "API key not allowed");
  }
}

package org.zimage.caller;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** The call's API key is not accepted (HTTP: 403). */
public class KeyNotAllowed extends ZImageException {
  private static final long serialVersionUID = 1L;

  public KeyNotAllowed() {
    super(ErrorCode.INVALID_REQUEST, "API key not allowed");
  }
}

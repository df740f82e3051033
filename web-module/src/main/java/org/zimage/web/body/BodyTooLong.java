package org.zimage.web.body;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** A request with pictures is longer than any may be. */
public class BodyTooLong extends ZImageException {
  private static final long serialVersionUID = 1L;

  BodyTooLong(long most) {
    super(413, ErrorCode.INVALID_REQUEST, "Request Entity Too Large: with its pictures a request has at most " + most
        + " bytes; send smaller pictures, or have the limit ZIMAGE_MAX_INPUT_BYTES raised");
  }
}

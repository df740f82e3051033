package org.zimage.web.body;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** A request with pictures, or the file of an adapter, is longer than any may be. */
public class BodyTooLong extends ZImageException {
  BodyTooLong(String rule) {
    super(413, ErrorCode.INVALID_REQUEST, "Request Entity Too Large: " + rule);
  }
}

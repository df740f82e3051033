package org.zimage.request;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** A request is longer than any may be. */
public class RequestTooLong extends ZImageException {
  public RequestTooLong() {
    super(413, ErrorCode.INVALID_REQUEST, "Request Entity Too Large");
  }
}

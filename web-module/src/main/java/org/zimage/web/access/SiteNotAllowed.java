package org.zimage.web.access;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** A browser asks for a page that may not. */
public class SiteNotAllowed extends ZImageException {
  private static final long serialVersionUID = 1L;

  SiteNotAllowed(String message) {
    super(403, ErrorCode.INVALID_REQUEST, message, null, null);
  }
}

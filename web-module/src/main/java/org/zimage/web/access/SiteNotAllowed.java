package org.zimage.web.access;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** A browser has sent a request for a page of a site that may not call. */
public class SiteNotAllowed extends ZImageException {
  SiteNotAllowed(String message) {
    super(403, ErrorCode.INVALID_REQUEST, message, null, null);
  }
}

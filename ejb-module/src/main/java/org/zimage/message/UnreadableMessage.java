package org.zimage.message;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** A message that is no request, whatever it may hold. */
class UnreadableMessage extends ZImageException {
  /** Of another kind, or in another version, than we read. */
  static final int UNSUPPORTED = 415;
  static final int TOO_LARGE = 413;
  /** Its time to live was over before anybody could read it. */
  static final int EXPIRED = 408;
  static final int UNPROCESSABLE = 422;
  /** It asks for what nobody may. */
  static final int FORBIDDEN = 403;
  /** Handling it has failed again and again. */
  static final int FAILED = 500;

  UnreadableMessage(int status, String message) {
    super(status, ErrorCode.INVALID_REQUEST, message);
  }
}

package org.zimage.input;

import java.util.OptionalInt;
import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** More callers have sent pictures at this moment than can be looked at. */
public class TooManyPictures extends ZImageException {
  private static final int RETRY_SECONDS = 5;

  TooManyPictures() {
    super(503, ErrorCode.INTERNAL_ERROR, "Too many pictures arrive at this moment: try again in " + RETRY_SECONDS + " s");
  }

  @Override
  protected OptionalInt retryAfterSeconds() {
    return OptionalInt.of(RETRY_SECONDS);
  }
}

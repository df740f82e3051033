package org.zimage.lora.upload;

import java.util.OptionalInt;
import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** No worker has told yet which layers its model has, so that no adapter can be checked. */
public class NoModelKnown extends ZImageException {
  private static final int RETRY_SECONDS = 10;

  NoModelKnown() {
    super(503, ErrorCode.MODEL_MISSING,
        "No worker has loaded a model today that the adapter could be compared with: start a worker, and send the file again");
  }

  @Override
  protected OptionalInt retryAfterSeconds() {
    return OptionalInt.of(RETRY_SECONDS);
  }
}

package org.zimage.lora.upload;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** A name or a file of an adapter is taken, or is not one that was uploaded. */
public class LoraConflict extends ZImageException {
  LoraConflict(String message) {
    super(409, ErrorCode.INVALID_REQUEST, message);
  }
}

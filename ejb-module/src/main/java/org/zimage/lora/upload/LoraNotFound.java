package org.zimage.lora.upload;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** There is no adapter of that name. */
public class LoraNotFound extends ZImageException {
  LoraNotFound() {
    super(404, ErrorCode.INVALID_REQUEST, "Adapter not found");
  }
}

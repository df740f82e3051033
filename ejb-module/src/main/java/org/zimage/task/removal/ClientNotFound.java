package org.zimage.task.removal;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** No client has that id. */
public class ClientNotFound extends ZImageException {
  public ClientNotFound() {
    super(404, ErrorCode.INVALID_REQUEST, "Client not found");
  }
}

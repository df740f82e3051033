package org.zimage.caller;

import org.zimage.error.ErrorCode;
import org.zimage.error.ZImageException;

/** What was asked for is for the administrator alone. */
public class AdministratorOnly extends ZImageException {
  AdministratorOnly() {
    super(403, ErrorCode.INVALID_REQUEST, "Only the administrator may do this: call with the key API_ADMIN_KEY");
  }
}

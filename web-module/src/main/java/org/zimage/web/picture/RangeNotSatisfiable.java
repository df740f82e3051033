package org.zimage.web.picture;

import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.core.Response;

/** The part that was asked for lies behind the end of the picture (416). */
class RangeNotSatisfiable extends ClientErrorException {
  RangeNotSatisfiable(long length) {
    super(Response.status(Response.Status.REQUESTED_RANGE_NOT_SATISFIABLE)
        .header("Content-Range", "bytes */" + length).build());
  }
}

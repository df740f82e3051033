package org.zimage.web.error;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import org.zimage.api.ErrorResponse;

/** The shape of every answer that is an error: {@code {"detail": …}}. */
final class Errors {
  /** A status that JAX-RS does not know. */
  private static final int UNPROCESSABLE = 422;

  private Errors() { }

  /** The words that HTTP itself has for a status. */
  private static String reason(int status) {
    if (status == UNPROCESSABLE) {
      return "Unprocessable Entity";
    }
    Response.Status known = Response.Status.fromStatusCode(status);
    return known == null ? "Error" : known.getReasonPhrase();
  }

  /** The body of an answer of which nothing else is known. */
  static ErrorResponse body(int status) {
    return new ErrorResponse(reason(status));
  }

  static ResponseBuilder answer(int status, Record body) {
    return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body);
  }

  static ResponseBuilder answer(int status) {
    return answer(status, body(status));
  }
}

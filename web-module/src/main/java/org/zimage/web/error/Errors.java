package org.zimage.web.error;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;

/** The shape of every answer that is an error: {@code {"detail": …}}. */
final class Errors {
  /** A status that JAX-RS does not know. */
  static final int UNPROCESSABLE = 422;

  private Errors() { }

  /** The body for a detail: a sentence, or the list of a refused request's problems. */
  static JsonObject body(JsonValue detail) {
    return JSON.createObjectBuilder().add("detail", detail).build();
  }

  /** The words that HTTP itself has for a status. */
  static String reason(int status) {
    if (status == UNPROCESSABLE) {
      return "Unprocessable Entity";
    }
    Response.Status known = Response.Status.fromStatusCode(status);
    return known == null ? "Error" : known.getReasonPhrase();
  }

  static ResponseBuilder answer(int status, JsonValue detail) {
    return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body(detail));
  }

  static ResponseBuilder answer(int status, String detail) {
    return answer(status, JSON.createValue(detail));
  }

  static ResponseBuilder answer(int status) {
    return answer(status, reason(status));
  }
}

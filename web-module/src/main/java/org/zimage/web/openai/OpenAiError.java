package org.zimage.web.openai;

import jakarta.json.bind.annotation.JsonbNillable;

/**
 * What went wrong, in OpenAI's words.
 *
 * @param status of HTTP
 * @param type such as {@code invalid_request_error}
 * @param param the field that is wrong; null when it is none
 * @param code such as {@code model_not_found}; null when there is none
 */
record OpenAiError(int status, String type, String param, String code, String message) {

  /** The type and code that OpenAI's service uses with a status. */
  static OpenAiError of(int status, String message) {
    return switch (status) {
      case 401 -> new OpenAiError(status, "invalid_request_error", null, "invalid_api_key", message);
      case 403 -> new OpenAiError(status, "permission_error", null, null, message);
      case 404 -> new OpenAiError(status, "invalid_request_error", null, "not_found", message);
      case 429 -> new OpenAiError(status, "rate_limit_error", null, "rate_limit_exceeded", message);
      default -> new OpenAiError(status, status < 500 ? "invalid_request_error" : "server_error", null, null, message);
    };
  }

  Body body() {
    return new Body(new Error(message, type, param, code));
  }

  /** What is answered. */
  record Body(Error error) { }

  /** As OpenAI's clients read it. */
  record Error(String message, String type, @JsonbNillable String param, @JsonbNillable String code) { }
}

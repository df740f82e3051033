package org.zimage.web.mcp;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.zimage.api.ValidationError.Problem;
import org.zimage.error.InvalidRequest;

/**
 * A message of JSON-RPC 2.0: a request, or a notification, which has no id and gets no answer.
 *
 * @param id a short string or a number; null for a notification
 * @param params never null
 * @param progressToken the name by which the caller wants to hear of progress; null when it does not want to
 */
record RpcMessage(JsonValue id, String method, JsonObject params, JsonValue progressToken) {
  private static final int LONGEST_NAME = 255;

  /** @throws InvalidRequest when the value is no such message */
  static RpcMessage of(JsonValue value) {
    if (!(value instanceof JsonObject message) || !(message.get("method") instanceof JsonString method)
        || message.containsKey("id") && !isName(message.get("id"))) {
      throw new InvalidRequest(List.of(new Problem("value_error", List.of("body"),
          "Value error, this is no request of JSON-RPC 2.0", value)));
    }
    JsonObject params = message.get("params") instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
    return new RpcMessage(message.get("id"), method.getString(), params, progressToken(params));
  }

  /**
   * Answers repeat the caller's names, and each news of progress does: they must be short, and without halves of surrogate
   * pairs, which UTF-8 cannot write.
   */
  private static boolean isName(JsonValue name) {
    return name instanceof JsonString text && text.getString().length() <= LONGEST_NAME
        && StandardCharsets.UTF_8.newEncoder().canEncode(text.getString())
        || name instanceof JsonNumber && name.toString().length() <= LONGEST_NAME;
  }

  /** Without what it asks for, which may be long: the names that answers repeat. */
  RpcMessage withoutArguments() {
    return new RpcMessage(id, method, JsonValue.EMPTY_JSON_OBJECT, progressToken);
  }

  boolean isNotification() {
    return id == null;
  }

  /** Whether a handshake begins. */
  boolean isInitialize() {
    return method.equals("initialize");
  }

  private static JsonValue progressToken(JsonObject params) {
    return params.get("_meta") instanceof JsonObject meta && isName(meta.get("progressToken")) ? meta.get("progressToken") : null;
  }
}

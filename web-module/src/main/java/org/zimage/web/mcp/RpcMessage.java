package org.zimage.web.mcp;

import static org.zimage.task.JsonLibrary.JSON;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.List;
import org.zimage.task.InvalidRequest;
import org.zimage.task.JsonText;
import org.zimage.task.Problem;

/**
 * A message of JSON-RPC 2.0: a request, or a notification, which has no id and gets no answer.
 *
 * @param id a string or a number; null for a notification
 * @param params never null
 */
record RpcMessage(JsonValue id, String method, JsonObject params) {

  /** @throws InvalidRequest when the text is no such message */
  static RpcMessage parse(String text) {
    JsonValue value = JsonText.parse(text);
    if (!(value instanceof JsonObject message) || !(message.get("method") instanceof JsonString method)
        || !isId(message.get("id"))) {
      throw new InvalidRequest(List.of(new Problem("value_error", List.of("body"),
          "Value error, this is no request of JSON-RPC 2.0", value)));
    }
    JsonObject params = message.get("params") instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
    return new RpcMessage(message.get("id"), method.getString(), params);
  }

  private static boolean isId(JsonValue id) {
    return id == null || id instanceof JsonString || id instanceof JsonNumber;
  }

  boolean isNotification() {
    return id == null;
  }

  /** The name by which the caller wants to hear of progress; null when it does not want to. */
  JsonValue progressToken() {
    return params.get("_meta") instanceof JsonObject meta ? meta.get("progressToken") : null;
  }

  JsonObject result(JsonObject result) {
    return JSON.createObjectBuilder().add("jsonrpc", "2.0").add("id", id).add("result", result).build();
  }

  JsonObject error(RpcError error) {
    return JSON.createObjectBuilder().add("jsonrpc", "2.0").add("id", id)
        .add("error", JSON.createObjectBuilder().add("code", error.code()).add("message", error.getMessage())).build();
  }

  static JsonObject notification(String method, JsonObject params) {
    return JSON.createObjectBuilder().add("jsonrpc", "2.0").add("method", method).add("params", params).build();
  }
}

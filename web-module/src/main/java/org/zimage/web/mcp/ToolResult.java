package org.zimage.web.mcp;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.bind.annotation.JsonbNillable;
import java.util.List;
import org.zimage.api.json.Bodies;

/**
 * What a tool gives back.
 *
 * @param structuredContent null where the tool could not do it
 */
record ToolResult(List<Content> content, @JsonbNillable(false) Record structuredContent, boolean isError,
    @JsonbNillable(false) String resultType) implements Result {

  /** A text, or a picture as base64. */
  record Content(String type, @JsonbNillable(false) String text, @JsonbNillable(false) String data,
      @JsonbNillable(false) String mimeType) {

    static Content text(String text) {
      return new Content("text", text, null, null);
    }

    /** @param base64 the picture's bytes */
    static Content image(String base64, String mediaType) {
      return new Content("image", null, base64, mediaType);
    }
  }

  static JsonObject arguments(JsonObject params) {
    return params.get("arguments") instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
  }

  /** An object, also as text for callers that read nothing else. */
  static ToolResult structured(Record content, RpcCall call) {
    return new ToolResult(List.of(Content.text(Bodies.text(content))), content, false, call.resultType());
  }

  /** The tool could not do it; the assistant reads why and may do better. */
  static ToolResult failed(String message, RpcCall call) {
    return new ToolResult(List.of(Content.text(message)), null, true, call.resultType());
  }
}

package org.zimage.web.mcp;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/** What a tool gives back. */
final class ToolResult {
  private ToolResult() { }

  static JsonObject arguments(JsonObject params) {
    return params.get("arguments") instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
  }

  /** An object, also as text for callers that read nothing else. */
  static JsonObject structured(JsonObject content) {
    return with(JSON.createArrayBuilder().add(text(content.toString())), content);
  }

  static JsonObject with(JsonArrayBuilder content, JsonObject structured) {
    return JSON.createObjectBuilder().add("content", content).add("structuredContent", structured).add("isError", false)
        .build();
  }

  /** The tool could not do it; the assistant reads why and may do better. */
  static JsonObject failed(String message) {
    return JSON.createObjectBuilder().add("content", JSON.createArrayBuilder().add(text(message))).add("isError", true)
        .build();
  }

  static JsonObject text(String text) {
    return JSON.createObjectBuilder().add("type", "text").add("text", text).build();
  }

  /** @param base64 the picture's bytes */
  static JsonObject image(String base64, String mediaType) {
    return JSON.createObjectBuilder().add("type", "image").add("data", base64).add("mimeType", mediaType).build();
  }
}

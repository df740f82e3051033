package org.zimage.web.mcp;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonArray;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.zimage.api.json.Bodies;
import org.zimage.api.model.ModelDefaults;
import org.zimage.request.JsonText;

/** The tools as {@code tools.json} describes them, with the defaults of the model that is served. Immutable. */
record ToolDescriptions(JsonArray tools) {
  private static final String PROPERTIES = "/inputSchema/properties/";

  static ToolDescriptions read() {
    try (InputStream in = ToolDescriptions.class.getResourceAsStream("tools.json"); JsonReader reader = JSON.createReader(in)) {
      return new ToolDescriptions(reader.readArray());
    } catch (IOException e) {
      throw new IllegalStateException("tools.json cannot be read", e);
    }
  }

  /** What the model says stands in place of the default of each property, so that assistants know what they get without asking. */
  JsonArray with(ModelDefaults model) {
    JsonArray told = tools;
    for (Map.Entry<String, JsonValue> said : JsonText.parse(Bodies.text(model)).asJsonObject().entrySet()) {
      for (int tool = 0; tool < tools.size(); tool++) {
        String property = "/" + tool + PROPERTIES + said.getKey();
        if (JSON.createPointer(property).containsValue(told)) {
          told = JSON.createPointer(property + "/default").add(told, said.getValue());
        }
      }
    }
    return told;
  }
}

package org.zimage.web.mcp;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import org.zimage.api.model.ModelDefaults;
import org.zimage.json.Bodies;
import org.zimage.request.JsonText;

/** The tools as {@code tools.json} describes them, with the defaults of the model that is served. Immutable. */
record ToolDescriptions(JsonArray tools) {
  private static final String SCHEMA = "inputSchema";
  private static final String PROPERTIES = "properties";

  static ToolDescriptions read() {
    try (InputStream in = ToolDescriptions.class.getResourceAsStream("tools.json"); JsonReader reader = JSON.createReader(in)) {
      return new ToolDescriptions(reader.readArray());
    } catch (IOException e) {
      throw new IllegalStateException("tools.json cannot be read", e);
    }
  }

  /** What the model says stands in place of the default of each property, so that assistants know what they get without asking. */
  JsonArray with(ModelDefaults model) {
    if (model.isEmpty()) {
      return tools;
    }
    JsonObject defaults = JsonText.parse(Bodies.text(model)).asJsonObject();
    JsonArrayBuilder all = JSON.createArrayBuilder();
    tools.getValuesAs(JsonObject.class).forEach(tool -> all.add(with(defaults, tool)));
    return all.build();
  }

  private static JsonObject with(JsonObject defaults, JsonObject tool) {
    JsonObject schema = tool.getJsonObject(SCHEMA);
    JsonObjectBuilder properties = JSON.createObjectBuilder();
    schema.getJsonObject(PROPERTIES).forEach((name, property) ->
        properties.add(name, defaults.containsKey(name) ? withDefault(property.asJsonObject(), defaults.get(name)) : property));
    return JSON.createObjectBuilder(tool).add(SCHEMA, JSON.createObjectBuilder(schema).add(PROPERTIES, properties)).build();
  }

  private static JsonObject withDefault(JsonObject property, JsonValue value) {
    return JSON.createObjectBuilder(property).add("default", value).build();
  }
}

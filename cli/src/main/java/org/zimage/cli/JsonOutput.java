package org.zimage.cli;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import jakarta.json.bind.config.PropertyOrderStrategy;
import java.io.StringReader;
import java.util.List;

/** Answers of the server as JSON for scripts: its own names and shapes, only the caller's key is left out. */
final class JsonOutput {
  private static final String KEY = "auth_key";
  private static final Jsonb JSON = JsonbBuilder.create(
      new JsonbConfig().withNullValues(true).withPropertyOrderStrategy(PropertyOrderStrategy.ANY));

  private JsonOutput() { }

  static JsonObject of(Object answer) {
    try (JsonReader reader = Json.createReader(new StringReader(JSON.toJson(answer)))) {
      return withoutKey(reader.readObject()).asJsonObject();
    }
  }

  static JsonArray of(List<?> answers) {
    JsonArrayBuilder array = Json.createArrayBuilder();
    answers.forEach(answer -> array.add(of(answer)));
    return array.build();
  }

  private static JsonValue withoutKey(JsonValue value) {
    if (!(value instanceof JsonObject object)) {
      return value;
    }
    JsonObjectBuilder builder = Json.createObjectBuilder();
    object.forEach((name, member) -> {
      if (!name.equals(KEY)) {
        builder.add(name, withoutKey(member));
      }
    });
    return builder.build();
  }
}

package org.zimage.cli.output;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonStructure;
import jakarta.json.bind.Jsonb;
import java.io.StringReader;
import java.util.List;
import org.zimage.api.json.Bodies;

/** The server's answers as JSON for scripts, as the server has written them, but for the caller's key. */
public final class JsonOutput {
  private static final Jsonb JSONB = Bodies.without("auth_key");

  private JsonOutput() { }

  public static JsonObject of(Record answer) {
    return (JsonObject) read(JSONB.toJson(answer, Record.class));
  }

  public static JsonArray of(List<? extends Record> answers) {
    return (JsonArray) read(JSONB.toJson(answers));
  }

  private static JsonStructure read(String json) {
    try (JsonReader reader = Json.createReader(new StringReader(json))) {
      return reader.read();
    }
  }
}

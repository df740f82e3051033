package org.zimage.checkpoint;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A JSON file of a checkpoint or of an exported model. */
public final class JsonFile {
  private JsonFile() {}

  /** @throws CheckpointException if the file is missing or holds no JSON object */
  public static JsonObject read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(file + " is missing");
    }
    try (JsonReader reader = Json.createReader(Files.newInputStream(file))) {
      return reader.readObject();
    } catch (IOException | JsonException cause) {
      throw new CheckpointException(file + " is not a JSON object: " + cause.getMessage(), cause);
    }
  }
}

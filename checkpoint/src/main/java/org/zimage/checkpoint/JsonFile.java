package org.zimage.checkpoint;

import jakarta.json.Json;
import jakarta.json.JsonConfig;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A JSON file of a checkpoint or of an exported model. */
final class JsonFile {
  /** The largest file, also for the header of a safetensors file. A larger one describes no model. */
  static final long MAX_BYTES = 100_000_000;
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  /** Where a key is there twice, nobody knows which one its author meant. */
  private static final JsonReaderFactory READERS =
      Json.createReaderFactory(Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE));

  private static final Map<ValueType, String> KINDS = Map.of(ValueType.ARRAY, "an array", ValueType.STRING, "a string",
      ValueType.NUMBER, "a number", ValueType.TRUE, "true", ValueType.FALSE, "false", ValueType.NULL, "null");

  private JsonFile() {}

  /** @throws CheckpointException if the file is missing or holds no JSON object */
  static JsonObject read(Path file) {
    return parse(file, text(file));
  }

  /**
   * What is in the file, without a byte order mark.
   *
   * @throws CheckpointException if the file is missing, too large or no UTF-8
   */
  static String text(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(file + " is missing");
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CheckpointException(file + " is not a JSON object of a model: it has " + Files.size(file)
            + " bytes, expected at most " + MAX_BYTES);
      }
      return decode(file, ByteBuffer.wrap(Files.readAllBytes(file)));
    } catch (IOException cause) {
      throw new CheckpointException(file + " cannot be read: " + cause, cause);
    }
  }

  /** @param file where the text comes from, for errors */
  static JsonObject parse(Path file, ByteBuffer utf8) {
    return parse(file, decode(file, utf8));
  }

  private static String decode(Path file, ByteBuffer utf8) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException cause) {
      throw new CheckpointException(file + " is not a JSON object: it is not UTF-8", cause);
    }
  }

  static JsonObject parse(Path file, String json) {
    JsonValue value = value(file, json);
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new CheckpointException(file + " is not a JSON object: it holds " + KINDS.get(value.getValueType()));
  }

  private static JsonValue value(Path file, String json) {
    try (JsonReader reader = READERS.createReader(new StringReader(json))) {
      return reader.readValue();
    } catch (RuntimeException cause) { // parsers have no type of their own for what ends early, is too deep or too large
      throw new CheckpointException(file + " is not a JSON object: " + cause.getMessage(), cause);
    }
  }
}

package org.zimage.checkpoint;

import jakarta.json.Json;
import jakarta.json.stream.JsonParser;
import java.io.StringReader;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The file of a tokenizer. The native library that reads it ends the whole process at some of what is no JSON to it, such as one
 * that a bit has changed in; so it is looked through before.
 */
public final class TokenizerFile {
  /** The library reads 128. */
  private static final int DEEPEST = 100;

  private final Path file;
  private final CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();

  private TokenizerFile(Path file) {
    this.file = file;
  }

  /** @throws CheckpointException if the file is missing, or no JSON object that the library reads */
  public static void check(Path file) {
    new TokenizerFile(file).check(JsonFile.text(file));
  }

  private void check(String json) {
    try (JsonParser parser = Json.createParser(new StringReader(json))) {
      int depth = 0;
      while (parser.hasNext()) {
        JsonParser.Event event = parser.next();
        depth += switch (event) {
          case START_OBJECT, START_ARRAY -> 1;
          case END_OBJECT, END_ARRAY -> -1;
          default -> 0;
        };
        require(depth <= DEEPEST, "nested deeper than " + DEEPEST);
        check(event, parser);
      }
    } catch (CheckpointException refused) {
      throw refused;
    } catch (RuntimeException cause) { // the parser has no type of its own for what ends early or is too large
      throw new CheckpointException(file + " is not a JSON object: " + cause.getMessage(), cause);
    }
  }

  private void check(JsonParser.Event event, JsonParser parser) {
    switch (event) {
      case KEY_NAME, VALUE_STRING -> require(utf8.canEncode(parser.getString()), "half of a surrogate pair");
      case VALUE_NUMBER -> require(Double.isFinite(parser.getBigDecimal().doubleValue()), "a number beyond 64 bits");
      default -> { }
    }
  }

  private void require(boolean holds, String found) {
    if (!holds) {
      throw new CheckpointException(file + " is not a JSON object of a tokenizer: found " + found);
    }
  }
}

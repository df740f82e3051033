package org.zimage.task;

import jakarta.json.Json;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonLocation;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParsingException;
import java.io.StringReader;
import java.util.List;

/** Reads the JSON of requests, and says in the contract's words where it is none. */
public final class JsonText {
  private JsonText() { }

  /**
   * Reads one value.
   *
   * @return {@link JsonValue#NULL} for an empty text
   * @throws InvalidRequest when the text is no JSON, with the place
   */
  public static JsonValue parse(String text) {
    if (text.isEmpty()) {
      return JsonValue.NULL;
    }
    JsonParser parser = Json.createParser(new StringReader(text));
    try (parser) {
      parser.next();
      JsonValue value = parser.getValue();
      if (parser.hasNext()) {
        parser.next();
        throw malformed(parser.getLocation());
      }
      return value;
    } catch (JsonParsingException e) {
      throw malformed(e.getLocation());
    } catch (InvalidRequest e) {
      throw e;
    } catch (RuntimeException e) {
      // JSON that ends too early, or is nested too deep: parsers have no type of exception of their own for it
      throw malformed(parser.getLocation());
    }
  }

  private static InvalidRequest malformed(JsonLocation location) {
    int at = (int) Math.min(Math.max(0, location.getStreamOffset()), Integer.MAX_VALUE);
    return new InvalidRequest(
        List.of(new Problem("json_invalid", List.of("body", at), "JSON decode error", JsonValue.EMPTY_JSON_OBJECT)));
  }
}

package org.zimage.request;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonLocation;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParsingException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.zimage.api.ValidationError.Problem;
import org.zimage.error.InvalidRequest;

/** Reads the JSON of requests, and says in the contract's words where it is none; and that of the database. */
public final class JsonText {
  /** A whole request as JSON. */
  public static final int MAX_BYTES = 1024 * 1024;

  /** Values take some forty times as much memory as their shortest texts. Requests have few: whatever is long in them is one text. */
  private static final int MOST_VALUES = 20_000;
  /** No more find room in it. */
  private static final int SHORT = 2 * MOST_VALUES;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private JsonText() { }

  /**
   * The text that bytes stand for.
   *
   * @throws InvalidRequest when they are no UTF-8, with the place
   */
  public static String decode(byte[] utf8) {
    CharBuffer text = CharBuffer.allocate(utf8.length);
    if (StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8), text, true).isError()) {
      throw malformed(text.position());
    }
    return text.flip().toString();
  }

  /**
   * Reads one value. A byte order mark before it is no part of it.
   *
   * @return {@link JsonValue#NULL} for an empty text
   * @throws InvalidRequest when the text is no JSON, with the place; and when it has more than 20,000 values
   */
  public static JsonValue parse(String sent) {
    String text = sent.startsWith(BYTE_ORDER_MARK) ? sent.substring(BYTE_ORDER_MARK.length()) : sent;
    if (text.isEmpty()) {
      return JsonValue.NULL;
    }
    JsonParser parser = JSON.createParser(new StringReader(text));
    try (parser) {
      checkCount(text);
      parser.next();
      JsonValue value = parser.getValue();
      if (parser.hasNext()) {
        parser.next();
        throw malformed(parser.getLocation(), text);
      }
      return value;
    } catch (JsonParsingException e) {
      throw malformed(e.getLocation(), text);
    } catch (InvalidRequest e) {
      throw e;
    } catch (RuntimeException e) {
      // JSON that ends too early, or is nested too deep: parsers have no type of exception of their own for it
      throw malformed(parser.getLocation(), text);
    }
  }

  private static void checkCount(String text) {
    if (text.length() <= SHORT) {
      return;
    }
    try (JsonParser parser = JSON.createParser(new StringReader(text))) {
      for (int values = 0; parser.hasNext();) {
        values += switch (parser.next()) {
          case KEY_NAME, END_ARRAY, END_OBJECT -> 0;
          default -> 1;
        };
        if (values > MOST_VALUES) {
          throw new InvalidRequest(List.of(new Problem("too_long", List.of("body"),
              "A request should have at most " + MOST_VALUES + " values", JsonValue.NULL)));
        }
      }
    }
  }

  /**
   * The object that a column of the database holds.
   *
   * @param text null for none
   * @return empty for none, for another value, and for what cannot be read
   */
  public static Optional<JsonObject> stored(String text) {
    if (text == null) {
      return Optional.empty();
    }
    try (JsonReader reader = JSON.createReader(new StringReader(text))) {
      return reader.readValue() instanceof JsonObject object ? Optional.of(object) : Optional.empty();
    } catch (RuntimeException unreadable) {
      // Older versions have stored what no parser takes, each of which has its own types of exceptions for it
      return Optional.empty();
    }
  }

  /** At the end of a text the parser counts to the end of its buffer. */
  private static InvalidRequest malformed(JsonLocation location, String text) {
    return malformed((int) Math.min(Math.max(0, location.getStreamOffset()), text.length()));
  }

  private static InvalidRequest malformed(int at) {
    return new InvalidRequest(
        List.of(new Problem("json_invalid", List.of("body", at), "JSON decode error", JsonValue.EMPTY_JSON_OBJECT)));
  }
}

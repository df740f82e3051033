package org.zimage.json;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonString;
import jakarta.json.JsonValue;

/** What is shown of something that was sent: all of it where it is short, so that no answer grows with its request. */
public final class Excerpt {
  private static final int LONGEST = 500;

  private Excerpt() { }

  /** The value itself, or the beginning of its text. */
  public static JsonValue of(JsonValue value) {
    String text = value instanceof JsonString string ? string.getString() : value.toString();
    return text.length() <= LONGEST ? value : JSON.createValue(of(text));
  }

  /** The text itself, or its beginning; without NUL, which no column of the database holds. */
  public static String of(String text) {
    if (text.length() <= LONGEST) {
      return text.replace('\0', '\uFFFD');
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return text.substring(0, end).replace('\0', '\uFFFD') + "…";
  }
}

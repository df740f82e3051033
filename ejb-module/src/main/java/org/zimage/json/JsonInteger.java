package org.zimage.json;

import jakarta.json.JsonNumber;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.util.OptionalInt;

/** Reads whole numbers that are written as numbers; what does not fit is never cut to something that does. */
public final class JsonInteger {
  private JsonInteger() { }

  /** The number; empty when the value is none, is not whole, or lies outside of these limits. */
  public static OptionalInt between(int min, int max, JsonValue value) {
    if (!(value instanceof JsonNumber json)) {
      return OptionalInt.empty();
    }
    BigDecimal number = json.bigDecimalValue();
    // The limits first: the digits of 1e999999999 must not be looked at one by one
    boolean allowed = number.compareTo(BigDecimal.valueOf(min)) >= 0 && number.compareTo(BigDecimal.valueOf(max)) <= 0
        && number.stripTrailingZeros().scale() <= 0;
    return allowed ? OptionalInt.of(number.intValueExact()) : OptionalInt.empty();
  }
}

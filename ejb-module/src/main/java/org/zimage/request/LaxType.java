package org.zimage.request;

import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What pydantic 2 takes for a number or a truth value in its lax mode: texts too, and each in place of the other. With
 * its words for what it does not take.
 */
final class LaxType {
  private static final int MAX_DIGITS = 4300;
  /** Nothing in them gives back what it has taken: a text of a mebibyte is refused at once. */
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d++(_\\d++)*+(\\.0++)?");
  private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d[\\d_]*+(\\.\\d*+)?|\\.\\d++)([eE][+-]?\\d++)?");
  private static final Set<String> TRUE = Set.of("true", "t", "yes", "y", "on", "1");
  private static final Set<String> FALSE = Set.of("false", "f", "no", "n", "off", "0");

  private static final String TRUTH_OR_NUMBER = "Input should be a valid boolean or number";

  /** A value of another type; the message is for whoever has sent it. */
  static final class Mismatch extends RuntimeException {
    private final String type;

    Mismatch(String type, String message) {
      super(message, null, false, false);
      this.type = type;
    }

    /** The kind of the problem. */
    String type() {
      return type;
    }
  }

  private LaxType() { }

  static BigInteger wholeNumber(JsonValue value) {
    return switch (value.getValueType()) {
      case TRUE -> BigInteger.ONE;
      case FALSE -> BigInteger.ZERO;
      case NUMBER -> wholeNumber(((JsonNumber) value).bigDecimalValue());
      case STRING -> wholeNumber(((JsonString) value).getString().strip());
      default -> throw new Mismatch("int_type", "Input should be a valid integer");
    };
  }

  static Double number(JsonValue value) {
    return switch (value.getValueType()) {
      case TRUE -> 1.0;
      case FALSE -> 0.0;
      case NUMBER -> ((JsonNumber) value).doubleValue();
      case STRING -> number(((JsonString) value).getString().strip());
      default -> throw new Mismatch("float_type", "Input should be a valid number");
    };
  }

  static Boolean truth(JsonValue value) {
    return switch (value.getValueType()) {
      case TRUE -> true;
      case FALSE -> false;
      case STRING -> truth(((JsonString) value).getString().toLowerCase(Locale.ROOT));
      case NUMBER -> truth((JsonNumber) value);
      default -> throw new Mismatch("bool_type", "Input should be a valid boolean");
    };
  }

  /** A number, for which a truth value stands as well, in all the words that {@link #truth} takes. */
  static Double truthOrNumber(JsonValue value) {
    return switch (value.getValueType()) {
      case TRUE, FALSE, NUMBER -> number(value);
      case STRING -> truthOrNumber(((JsonString) value).getString().strip());
      default -> throw new Mismatch("bool_type", TRUTH_OR_NUMBER);
    };
  }

  private static Double truthOrNumber(String text) {
    String word = text.toLowerCase(Locale.ROOT);
    if (TRUE.contains(word) || FALSE.contains(word)) {
      return TRUE.contains(word) ? 1.0 : 0.0;
    }
    try {
      return number(text);
    } catch (Mismatch neither) {
      throw new Mismatch("bool_parsing", TRUTH_OR_NUMBER + ", unable to interpret input");
    }
  }

  private static BigInteger wholeNumber(BigDecimal decimal) {
    if (decimal.signum() == 0) {
      return BigInteger.ZERO;
    }
    if (decimal.precision() - (long) decimal.scale() > MAX_DIGITS) {
      throw tooManyDigits();
    }
    // Decided by the digits, not by the value: 1e-999999999 must not be written out to find its fraction
    if (decimal.stripTrailingZeros().scale() > 0) {
      throw new Mismatch("int_from_float", "Input should be a valid integer, got a number with a fractional part");
    }
    return decimal.toBigIntegerExact();
  }

  private static BigInteger wholeNumber(String text) {
    if (text.length() > MAX_DIGITS) {
      throw tooManyDigits();
    }
    if (!INTEGER.matcher(text).matches()) {
      throw new Mismatch("int_parsing",
          "Input should be a valid integer, unable to parse string as an integer");
    }
    int point = text.indexOf('.');
    return new BigInteger((point < 0 ? text : text.substring(0, point)).replace("_", ""));
  }

  private static Mismatch tooManyDigits() {
    return new Mismatch("int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size");
  }

  private static Double number(String text) {
    switch (text.toLowerCase(Locale.ROOT)) {
      case "nan", "+nan", "-nan":
        return Double.NaN;
      case "inf", "+inf", "infinity", "+infinity":
        return Double.POSITIVE_INFINITY;
      case "-inf", "-infinity":
        return Double.NEGATIVE_INFINITY;
      default:
        if (!NUMBER.matcher(text).matches()) {
          throw new Mismatch("float_parsing", "Input should be a valid number, unable to parse string as a number");
        }
        return Double.valueOf(text.replace("_", ""));
    }
  }

  private static Boolean truth(String word) {
    if (TRUE.contains(word)) {
      return true;
    }
    if (FALSE.contains(word)) {
      return false;
    }
    throw notTruth();
  }

  private static Boolean truth(JsonNumber number) {
    BigDecimal value = number.bigDecimalValue();
    if (value.signum() == 0) {
      return false;
    }
    if (value.compareTo(BigDecimal.ONE) == 0) {
      return true;
    }
    throw number.isIntegral() ? notTruth() : new Mismatch("bool_type", "Input should be a valid boolean");
  }

  private static Mismatch notTruth() {
    return new Mismatch("bool_parsing", "Input should be a valid boolean, unable to interpret input");
  }
}

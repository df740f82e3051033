package org.zimage.web.v1;

import static org.zimage.json.JsonLibrary.JSON;

import java.math.BigInteger;
import java.util.List;
import java.util.regex.Pattern;
import org.zimage.api.ValidationError.Problem;
import org.zimage.error.InvalidRequest;

/** A number among a request's parameters, read by the rules and with the words of FastAPI services. */
final class WholeNumber {
  private static final Pattern FORM = Pattern.compile("[+-]?\\d{1,4300}");
  private static final BigInteger MIN = BigInteger.valueOf(Integer.MIN_VALUE);
  private static final BigInteger MAX = BigInteger.valueOf(Integer.MAX_VALUE);

  private WholeNumber() { }

  /**
   * @param name the parameter's name
   * @param text as it was sent; null where it was left out
   * @return the number, or the nearest that fits into 32 bits
   * @throws InvalidRequest when the text is no whole number
   */
  static int parse(String name, String text, int byDefault) {
    if (text == null) {
      return byDefault;
    }
    if (!FORM.matcher(text.strip()).matches()) {
      throw new InvalidRequest(List.of(new Problem("int_parsing", List.of("query", name),
          "Input should be a valid integer, unable to parse string as an integer", JSON.createValue(text))));
    }
    return new BigInteger(text.strip()).max(MIN).min(MAX).intValue();
  }
}

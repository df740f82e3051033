package org.zimage.settings;

import java.util.regex.Pattern;

/** A setting has a value that is not allowed. The message is one line with the variable, the value and the allowed range. */
public class InvalidSetting extends RuntimeException {
  /** Up to the last @: in an address that is wrong, the password may have any character. */
  private static final Pattern CREDENTIALS = Pattern.compile("(?s)^([a-z0-9+]*:/*)?.*@");

  private static final int LONGEST_SHOWN = 100;

  /** @param value shown without the user and the password that an address may have before its host */
  public InvalidSetting(String variable, String value, String allowed) {
    super(variable + " must be " + allowed + " (got \"" + shown(value) + "\")");
  }

  /** For a value that is missing, or that nobody may read in a log. */
  public InvalidSetting(String variable, String allowed) {
    super(variable + " must be " + allowed);
  }

  /** On one line, and not the whole of a file that came into a variable. */
  private static String shown(String value) {
    String line = CREDENTIALS.matcher(value).replaceFirst("$1***@").replaceAll("[\\p{Cntrl}\\x{85}\\x{2028}\\x{2029}]+", " ");
    return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "…";
  }
}

package org.zimage.settings;

import java.util.regex.Pattern;

/** A setting has a value it must not have; the message is one line with the variable, the value and what is allowed. */
public class InvalidSetting extends RuntimeException {
  private static final long serialVersionUID = 1L;
  /** Up to the last @: in an address that is wrong, the password may have any character. */
  private static final Pattern CREDENTIALS = Pattern.compile("(?s)^([a-z0-9+]*:/*)?.*@");

  /** @param value shown without the user and the password that an address may have before its host */
  public InvalidSetting(String variable, String value, String allowed) {
    super(variable + " must be " + allowed + " (got \"" + CREDENTIALS.matcher(value).replaceFirst("$1***@") + "\")");
  }

  /** For a value that is missing, or that nobody may read in a log. */
  public InvalidSetting(String variable, String allowed) {
    super(variable + " must be " + allowed);
  }
}

package org.zimage.settings;

/** A setting has a value it must not have; the message is one line with the variable, the value and what is allowed. */
public class InvalidSetting extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidSetting(String variable, String value, String allowed) {
    super(variable + " must be " + allowed + " (got \"" + value + "\")");
  }

  /** For a value that is missing, or that nobody may read in a log. */
  public InvalidSetting(String variable, String allowed) {
    super(variable + " must be " + allowed);
  }
}

package org.zimage.picture.credentials.format;

/** Content credentials, or the file around them, are not what their format says. The message says what is wrong. */
public class MalformedCredentials extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedCredentials(String message) {
    super(message);
  }

  public MalformedCredentials(String message, Throwable cause) {
    super(message, cause);
  }
}

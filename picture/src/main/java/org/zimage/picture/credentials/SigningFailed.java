package org.zimage.picture.credentials;

/** A picture could not be signed, although the key store could be used. */
public class SigningFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SigningFailed(String message, Throwable cause) {
    super(message, cause);
  }
}

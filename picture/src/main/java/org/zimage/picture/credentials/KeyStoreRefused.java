package org.zimage.picture.credentials;

/** A key store cannot be used for signing pictures. The message is a phrase after its name: what it should be or have. */
public class KeyStoreRefused extends Exception {
  private static final long serialVersionUID = 1L;

  public KeyStoreRefused(String message) {
    super(message);
  }

  public KeyStoreRefused(String message, Throwable cause) {
    super(message, cause);
  }
}

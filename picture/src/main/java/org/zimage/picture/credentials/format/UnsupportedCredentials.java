package org.zimage.picture.credentials.format;

/** Content credentials of a kind that is not read here: of an older version of C2PA, or with other algorithms. They may be good. */
public class UnsupportedCredentials extends MalformedCredentials {
  private static final long serialVersionUID = 1L;

  public UnsupportedCredentials(String message) {
    super(message);
  }
}

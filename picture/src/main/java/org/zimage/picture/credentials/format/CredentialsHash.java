package org.zimage.picture.credentials.format;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, the one hash of the credentials that are written and read here. */
public final class CredentialsHash {
  /** As C2PA names it. */
  public static final String NAME = "sha256";

  private CredentialsHash() { }

  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java has SHA-256", impossible);
    }
  }

  public static byte[] of(byte[] bytes) {
    return begin().digest(bytes);
  }
}

package org.zimage.request;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4), which every Java platform has. */
public final class Sha256 {
  private Sha256() { }

  /** A hash that nothing has gone into yet. Not for several threads. */
  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** The hash of a text's UTF-8 bytes: 64 lower-case hexadecimal digits. */
  public static String hex(String text) {
    return hex(begin().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The hash of bytes: 64 lower-case hexadecimal digits. */
  public static String ofBytes(byte[] bytes) {
    return hex(begin().digest(bytes));
  }

  /** A finished hash: 64 lower-case hexadecimal digits. */
  public static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }
}

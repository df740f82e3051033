package org.zimage.caller;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.zimage.request.Sha256;

/**
 * The hash of an API key. The key itself is stored nowhere.
 *
 * @param hex SHA-256 of the key's UTF-8 bytes, 64 lower-case hexadecimal digits
 */
public record ApiKeyHash(String hex) {
  private static final int HEX_DIGITS = 64;

  public ApiKeyHash {
    if (hex.length() != HEX_DIGITS) {
      throw new IllegalArgumentException("A key's hash has 64 hexadecimal digits (got " + hex.length() + ")");
    }
  }

  public static ApiKeyHash of(String key) {
    return new ApiKeyHash(Sha256.hex(key));
  }

  /** Compares in a time that says nothing about where the difference is. */
  public boolean matches(ApiKeyHash other) {
    return MessageDigest.isEqual(hex.getBytes(StandardCharsets.US_ASCII),
        other.hex.getBytes(StandardCharsets.US_ASCII));
  }
}

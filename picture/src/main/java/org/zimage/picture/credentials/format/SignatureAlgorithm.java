package org.zimage.picture.credentials.format;

import java.math.BigInteger;
import java.security.Key;
import java.security.interfaces.ECKey;
import java.util.Arrays;
import java.util.Optional;

/** The signature algorithms of COSE (RFC 9053) whose keys may lie in a key store: ECDSA on the three curves of NIST. */
public enum SignatureAlgorithm {
  ES256(-7, 256, "SHA256withECDSAinP1363Format"),
  ES384(-35, 384, "SHA384withECDSAinP1363Format"),
  ES512(-36, 521, "SHA512withECDSAinP1363Format");

  private final int number;
  private final int curveBits;
  private final String javaName;

  SignatureAlgorithm(int number, int curveBits, String javaName) {
    this.number = number;
    this.curveBits = curveBits;
    this.javaName = javaName;
  }

  /** The algorithm of a key; empty for a key of another kind. */
  public static Optional<SignatureAlgorithm> of(Key key) {
    if (!(key instanceof ECKey ec)) {
      return Optional.empty();
    }
    BigInteger order = ec.getParams().getOrder();
    return Arrays.stream(values()).filter(algorithm -> algorithm.curveBits == order.bitLength()).findFirst();
  }

  static Optional<SignatureAlgorithm> ofNumber(int number) {
    return Arrays.stream(values()).filter(algorithm -> algorithm.number == number).findFirst();
  }

  int number() {
    return number;
  }

  /** As {@link java.security.Signature} knows it. */
  public String javaName() {
    return javaName;
  }

  /** How many bytes a signature has: two numbers as long as the curve's order. */
  public int signatureBytes() {
    return 2 * ((curveBits + 7) / 8);
  }
}

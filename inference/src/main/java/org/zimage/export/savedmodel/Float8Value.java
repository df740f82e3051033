package org.zimage.export.savedmodel;

import org.zimage.checkpoint.Dtype;

/** The values of 8-bit floating point codes (OCP 8-bit Floating Point Specification; e4m3 without infinities, as PyTorch's e4m3fn). */
final class Float8Value {
  private static final int E4M3_NAN = 0x7f;
  private static final int MAGNITUDE = 0x7f;

  private Float8Value() {}

  static float of(Dtype dtype, int code) {
    float magnitude = dtype == Dtype.F8_E5M2 ? e5m2(code & MAGNITUDE) : e4m3(code & MAGNITUDE);
    return code > MAGNITUDE ? -magnitude : magnitude;
  }

  private static float e4m3(int code) {
    return code == E4M3_NAN ? Float.NaN : value(code >> 3, (code & 7) / 8f, 7);
  }

  private static float e5m2(int code) {
    int exponent = code >> 2;
    if (exponent == 31) {
      return (code & 3) == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    }
    return value(exponent, (code & 3) / 4f, 15);
  }

  private static float value(int exponent, float fraction, int bias) {
    return exponent == 0 ? Math.scalb(fraction, 1 - bias) : Math.scalb(1 + fraction, exponent - bias);
  }
}

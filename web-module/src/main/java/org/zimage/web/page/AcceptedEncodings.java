package org.zimage.web.page;

import java.util.Locale;

/** What the header {@code Accept-Encoding} says (RFC 9110, section 12.5.3). */
final class AcceptedEncodings {
  private static final String GZIP = "gzip";
  private static final String ANY = "*";

  private AcceptedEncodings() { }

  /** @param header null where there is none */
  static boolean includeGzip(String header) {
    boolean any = false;
    for (String item : header == null ? new String[0] : header.toLowerCase(Locale.ROOT).split(",")) {
      String[] parts = item.split(";", 2);
      String coding = parts[0].strip();
      boolean wanted = parts.length == 1 || weight(parts[1]) > 0;
      if (coding.equals(GZIP)) {
        return wanted;
      }
      any |= coding.equals(ANY) && wanted;
    }
    return any;
  }

  /** Of what is no weight, none. */
  private static double weight(String parameter) {
    String[] pair = parameter.split("=", 2);
    try {
      return pair.length == 2 && pair[0].strip().equals("q") ? Double.parseDouble(pair[1].strip()) : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}

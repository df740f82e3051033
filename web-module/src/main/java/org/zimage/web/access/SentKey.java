package org.zimage.web.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** The key that a request brings along. */
public final class SentKey {
  private static final String HEADER = "X-Auth-Key";
  private static final String PARAMETER = "auth_key";
  private static final String BEARER = "Bearer ";

  private SentKey() { }

  /**
   * The key in the header {@code X-Auth-Key}, in the parameter {@code auth_key} of the address (image and event streams of
   * browsers cannot set headers), or in a bearer token; null for none. Reads nothing of the body.
   */
  public static String of(HttpServletRequest request) {
    String header = request.getHeader(HEADER);
    if (header != null && !header.isBlank()) {
      return header;
    }
    String parameter = parameter(request.getQueryString());
    if (parameter != null && !parameter.isBlank()) {
      return parameter;
    }
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    boolean bearer = authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    return bearer ? authorization.substring(BEARER.length()).strip() : null;
  }

  private static String parameter(String query) {
    for (String pair : query == null ? new String[0] : query.split("&")) {
      int equals = pair.indexOf('=');
      if (equals >= 0 && decoded(pair.substring(0, equals)).equals(PARAMETER)) {
        return decoded(pair.substring(equals + 1));
      }
    }
    return null;
  }

  /** What is wrongly encoded stands for itself. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return text;
    }
  }
}

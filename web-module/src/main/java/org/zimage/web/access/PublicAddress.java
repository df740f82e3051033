package org.zimage.web.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.UriInfo;
import java.util.regex.Pattern;

/** The address under which a caller reaches this service, without a slash at its end. */
public final class PublicAddress {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:\\[\\]_-]{1,255}");

  private PublicAddress() { }

  /** As the caller wrote it, or as the proxy in between says that the caller wrote it. */
  public static String of(HttpServletRequest request, UriInfo uri) {
    String scheme = first(request.getHeader("X-Forwarded-Proto"));
    String host = forwardedHost(request);
    String usedScheme = "https".equals(scheme) || "http".equals(scheme) ? scheme : uri.getBaseUri().getScheme();
    String usedHost = host != null ? host : uri.getBaseUri().getAuthority();
    return usedScheme + "://" + usedHost;
  }

  /** The host as a proxy says that the caller wrote it; null when none does. */
  static String forwardedHost(HttpServletRequest request) {
    String host = first(request.getHeader("X-Forwarded-Host"));
    return host != null && HOST.matcher(host).matches() ? host : null;
  }

  /** Each proxy adds its own view behind a comma; the first is the caller's. */
  private static String first(String header) {
    return header == null ? null : header.split(",", 2)[0].strip();
  }
}

package org.zimage.web.access;

import jakarta.enterprise.context.RequestScoped;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The address under which the caller of the present request reaches this service: as the caller wrote it, or as the proxies in
 * between say that the caller wrote it ({@code X-Forwarded-Proto}, {@code X-Forwarded-Host}, {@code X-Forwarded-Prefix}).
 */
@RequestScoped
public class PublicAddress {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:\\[\\]_-]{1,255}");
  /** Nothing that a browser would read as another host, such as two slashes, nor that ends a quoted text. */
  private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*+)*+");
  private static final int LONGEST_PREFIX = 255;

  private HttpServletRequest request;

  /** Says what the present request is, before any route. What the server injects is unknown where it goes on with a request later. */
  public void isOf(HttpServletRequest present) {
    request = present;
  }

  /** What stands before the path of a route, such as {@code /zimage}; empty where nothing does. */
  public String prefix() {
    return forwardedPrefix(request.getHeader("X-Forwarded-Prefix")) + request.getContextPath();
  }

  /** The whole address, without a slash at its end. */
  public String withoutPath() {
    String scheme = first(request.getHeader("X-Forwarded-Proto"));
    String host = forwardedHost(request);
    String usedScheme = "https".equals(scheme) || "http".equals(scheme) ? scheme : request.getScheme();
    return usedScheme + "://" + (host != null ? host : calledHost()) + prefix();
  }

  private String calledHost() {
    String host = request.getHeader("Host");
    return host != null && HOST.matcher(host).matches() ? host : request.getServerName() + ":" + request.getServerPort();
  }

  /** The host as a proxy says that the caller wrote it; null when none does. */
  static String forwardedHost(HttpServletRequest request) {
    String host = first(request.getHeader("X-Forwarded-Host"));
    return host != null && HOST.matcher(host).matches() ? host : null;
  }

  /** Each proxy adds what it takes away itself, behind a comma; what is no path counts for nothing. */
  static String forwardedPrefix(String header) {
    if (header == null || header.length() > LONGEST_PREFIX) {
      return "";
    }
    String prefix = Arrays.stream(header.split(",")).map(part -> part.strip().replaceFirst("/$", "")).collect(Collectors.joining());
    return PREFIX.matcher(prefix).matches() ? prefix : "";
  }

  /** Each proxy adds its own view behind a comma; the first is the caller's. */
  private static String first(String header) {
    return header == null ? null : header.split(",", 2)[0].strip();
  }
}

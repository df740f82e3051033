package org.zimage.web.access;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.zimage.settings.Settings;

/**
 * Lets pages of the origins in ZIMAGE_CORS_ORIGINS call every route: answers the preflight requests of browsers, and marks answers as
 * readable for these pages. Keys come in headers of their own, not in cookies.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class CrossOriginFilter extends HttpFilter {
  private static final String METHODS = "GET, HEAD, POST, DELETE";
  private static final String HEADERS = "Accept, Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, "
      + "Mcp-Method, Mcp-Name, MCP-Protocol-Version, Mcp-Session-Id, Range, X-Auth-Key";
  private static final String READABLE = "Accept-Ranges, Allow, Content-Disposition, Content-Length, Content-Range, ETag, Link, "
      + "Mcp-Session-Id, Retry-After, WWW-Authenticate";
  private static final String SECONDS = "3600";

  @Inject
  private transient Settings settings;

  @Override
  protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (settings.browsers().corsOrigins().isEmpty()) {
      chain.doFilter(request, response);
      return;
    }
    // Without it a cache would give one page what was marked as another's
    response.addHeader("Vary", "Origin");
    String origin = request.getHeader("Origin");
    boolean allowed = origin != null && settings.browsers().allowsOrigin(origin);
    if (allowed) {
      response.setHeader("Access-Control-Allow-Origin", origin);
      response.setHeader("Access-Control-Expose-Headers", READABLE);
    }
    if (allowed && request.getMethod().equals("OPTIONS") && request.getHeader("Access-Control-Request-Method") != null) {
      response.setHeader("Access-Control-Allow-Methods", METHODS);
      response.setHeader("Access-Control-Allow-Headers", HEADERS);
      response.setHeader("Access-Control-Max-Age", SECONDS);
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    } else {
      chain.doFilter(request, response);
    }
  }
}

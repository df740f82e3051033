package org.zimage.web.content;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Takes away a {@code Content-Type} that is no media type, so that its body is called nothing, which {@link JsonBodyFilter}
 * refuses. JAX-RS would refuse every route with 400, before it looks for one.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class ContentTypeFilter extends HttpFilter {
  @Override
  protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    // Two headers are read as one with both values, which is no media type
    String type = String.join(",", Collections.list(request.getHeaders(HttpHeaders.CONTENT_TYPE)));
    boolean sent = request.getHeader(HttpHeaders.CONTENT_TYPE) != null;
    chain.doFilter(sent && !isReadable(type) ? new WithoutType(request) : request, response);
  }

  static boolean isReadable(String type) {
    try {
      return MediaType.valueOf(type) != null;
    } catch (IllegalArgumentException e) {
      // Nothing is wrong here: what has such a type is told so by its route
      return false;
    }
  }

  private static final class WithoutType extends HttpServletRequestWrapper {
    WithoutType(HttpServletRequest request) {
      super(request);
    }

    @Override
    public String getContentType() {
      return null;
    }

    @Override
    public String getHeader(String name) {
      return isType(name) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
      return isType(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
      List<String> names = Collections.list(super.getHeaderNames());
      names.removeIf(WithoutType::isType);
      return Collections.enumeration(names);
    }

    private static boolean isType(String name) {
      return HttpHeaders.CONTENT_TYPE.equalsIgnoreCase(name);
    }
  }
}

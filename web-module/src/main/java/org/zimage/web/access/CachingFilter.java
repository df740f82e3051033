package org.zimage.web.access;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;

/**
 * Forbids caches and proxies to keep or delay answers of routes that ask for a key, and failures: such an answer is true for one caller
 * at one moment.
 */
@Provider
public class CachingFilter implements ContainerResponseFilter {
  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (!KeyFilter.isOpen(request.getUriInfo())) {
      response.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
      // Tells nginx and those who follow it to pass events on at once
      response.getHeaders().putSingle("X-Accel-Buffering", "no");
    }
  }
}

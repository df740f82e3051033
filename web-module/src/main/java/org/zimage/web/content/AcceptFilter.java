package org.zimage.web.content;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;

/**
 * Every route but those of {@link SeveralKinds} has one kind of answer, and existing clients get it whatever they say they
 * accept; JAX-RS would refuse them with 406 while it looks for the route.
 */
@Provider
@PreMatching
public class AcceptFilter implements ContainerRequestFilter {
  private static final String ACCEPTED = AcceptFilter.class.getName();

  @Override
  public void filter(ContainerRequestContext request) {
    request.setProperty(ACCEPTED, request.getHeaderString(HttpHeaders.ACCEPT));
    request.getHeaders().putSingle(HttpHeaders.ACCEPT, MediaType.WILDCARD);
  }

  /** What the caller accepts, given back to a route that has several kinds of answers. */
  @Provider
  @SeveralKinds
  public static class Restored implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
      if (request.getProperty(ACCEPTED) instanceof String accepted) {
        request.getHeaders().putSingle(HttpHeaders.ACCEPT, accepted);
      }
    }
  }
}

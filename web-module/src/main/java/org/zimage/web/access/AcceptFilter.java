package org.zimage.web.access;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;

/**
 * Every route but two has one kind of answer, and existing clients get it whatever they say they accept; JAX-RS would
 * refuse them with 406.
 */
@Provider
@PreMatching
public class AcceptFilter implements ContainerRequestFilter {
  private static final Set<String> OF_SEVERAL_KINDS = Set.of("", "openapi");

  @Override
  public void filter(ContainerRequestContext request) {
    if (!OF_SEVERAL_KINDS.contains(request.getUriInfo().getPath())) {
      request.getHeaders().putSingle(HttpHeaders.ACCEPT, MediaType.WILDCARD);
    }
  }
}

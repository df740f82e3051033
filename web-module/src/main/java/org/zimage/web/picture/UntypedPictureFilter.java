package org.zimage.web.picture;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.util.List;

/**
 * Takes a picture to be verified that is called nothing for bytes (RFC 9110, section 8.3). JAX-RS would choose any of the route's methods,
 * and write a warning into the log.
 */
@Provider
@PreMatching
public class UntypedPictureFilter implements ContainerRequestFilter {
  private static final List<String> PATHS = List.of(VerificationResource.PATH, VerificationResource.PATH + "/");

  @Override
  public void filter(ContainerRequestContext request) {
    String path = request.getUriInfo().getPath();
    boolean isMeant = PATHS.contains(path.startsWith("/") ? path.substring(1) : path);
    if (isMeant && request.getHeaderString(HttpHeaders.CONTENT_TYPE) == null) {
      request.getHeaders().putSingle(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_OCTET_STREAM);
    }
  }
}

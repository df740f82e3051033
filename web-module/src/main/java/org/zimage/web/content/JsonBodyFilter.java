package org.zimage.web.content;

import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.util.Locale;

/**
 * Refuses a body that is not called JSON, or is not called anything: a browser sends such a body for the page of any site
 * without asking beforehand.
 */
@Provider
@JsonBody
public class JsonBodyFilter implements ContainerRequestFilter {
  @Override
  public void filter(ContainerRequestContext request) {
    if (!isJson(request.getMediaType()) && request.hasEntity()) {
      throw new NotSupportedException();
    }
  }

  private static boolean isJson(MediaType type) {
    if (type == null || !type.getType().equalsIgnoreCase("application")) {
      return false;
    }
    String subtype = type.getSubtype().toLowerCase(Locale.ROOT);
    return subtype.equals("json") || subtype.endsWith("+json");
  }
}

package org.zimage.web.body;

import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;

/** Refuses a body that is longer than its route takes, behind the filter that looks at keys, in the route's own words. */
@Provider
@Priority(Priorities.USER)
public class TooLongBodyFilter implements ContainerRequestFilter {
  /** The attribute of a request that has the limit which its body exceeds. */
  static final String LIMIT = TooLongBodyFilter.class.getName();

  @Context
  private HttpServletRequest connection;

  @Override
  public void filter(ContainerRequestContext request) {
    if (connection.getAttribute(LIMIT) instanceof BodyLimit limit) {
      throw new BodyTooLong(limit.rule());
    }
  }
}

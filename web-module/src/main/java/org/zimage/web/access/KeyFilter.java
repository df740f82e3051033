package org.zimage.web.access;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import org.glassfish.jersey.server.ExtendedUriInfo;
import org.glassfish.jersey.server.model.Resource;
import org.glassfish.jersey.server.model.ResourceMethod;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.caller.RequestRate;
import org.zimage.settings.Settings;

/**
 * Finds the caller of a route that is not {@link Open}, and counts the call. The key comes in the header {@code X-Auth-Key}, in the
 * parameter {@code auth_key} (image and event streams of browsers cannot set headers) or as a bearer token. Where no keys are asked
 * for, pages of other sites are refused instead.
 */
@Provider
public class KeyFilter implements ContainerRequestFilter {
  private static final String HEADER = "X-Auth-Key";
  private static final String PARAMETER = "auth_key";
  private static final String BEARER = "Bearer ";

  private final Callers callers;
  private final RequestRate rate;
  private final CurrentCaller current;
  private final OtherSites otherSites;
  private final boolean asksForKeys;

  @Context
  private HttpServletRequest connection;

  @Inject
  public KeyFilter(Callers callers, RequestRate rate, CurrentCaller current, OtherSites otherSites, Settings settings) {
    this.callers = callers;
    this.rate = rate;
    this.current = current;
    this.otherSites = otherSites;
    this.asksForKeys = settings.authEnabled();
  }

  @Override
  public void filter(ContainerRequestContext request) {
    if (isOpen(request.getUriInfo())) {
      return;
    }
    if (!asksForKeys) {
      otherSites.refuseNames(connection);
      otherSites.refusePages(connection);
    }
    Caller caller = callers.identify(key(request));
    rate.count(caller, connection::getRemoteAddr);
    current.is(caller);
  }

  /**
   * Whether a request has reached a resource that is marked so; one that has reached none is not. OPTIONS is answered by
   * JAX-RS itself and belongs to the resource that has the route's other methods.
   */
  static boolean isOpen(UriInfo uri) {
    Resource reached = uri instanceof ExtendedUriInfo known ? known.getMatchedModelResource() : null;
    List<ResourceMethod> own = reached == null ? List.of()
        : reached.getResourceMethods().stream().filter(method -> !method.isExtended()).toList();
    return !own.isEmpty() && own.stream().map(method -> method.getInvocable().getHandlingMethod().getDeclaringClass())
        .allMatch(type -> type.isAnnotationPresent(Open.class));
  }

  private static String key(ContainerRequestContext request) {
    String header = request.getHeaderString(HEADER);
    if (header != null && !header.isBlank()) {
      return header;
    }
    String parameter = request.getUriInfo().getQueryParameters().getFirst(PARAMETER);
    if (parameter != null && !parameter.isBlank()) {
      return parameter;
    }
    String authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    boolean bearer = authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    return bearer ? authorization.substring(BEARER.length()).strip() : null;
  }
}

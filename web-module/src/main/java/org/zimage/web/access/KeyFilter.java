package org.zimage.web.access;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
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
 * Finds the caller of a route that is not {@link Open} by the {@link SentKey}, and counts the call. Where no keys are asked for,
 * pages of other sites are refused instead.
 */
@Provider
public class KeyFilter implements ContainerRequestFilter {
  private final Callers callers;
  private final RequestRate rate;
  private final CurrentCaller current;
  private final OtherSites otherSites;
  private final Origins origins;
  private final boolean asksForKeys;

  @Context
  private HttpServletRequest connection;

  @Context
  private ResourceInfo route;

  @Inject
  public KeyFilter(Callers callers, RequestRate rate, CurrentCaller current, OtherSites otherSites, Origins origins,
      Settings settings) {
    this.callers = callers;
    this.rate = rate;
    this.current = current;
    this.otherSites = otherSites;
    this.origins = origins;
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
    Caller caller = callers.identify(SentKey.of(connection), origins.of(route, connection));
    rate.count(caller, () -> origins.address(connection));
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
}

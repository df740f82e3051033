package org.zimage.web.metrics;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.zimage.metrics.SystemMetrics;

/** Counts and times every request by its route, from before the key is looked at until the answer is known. */
@Provider
@PreMatching
@Priority(0)
public class RequestTimer implements ContainerRequestFilter, ContainerResponseFilter {
  private static final String BEGUN = RequestTimer.class.getName();
  private static final String NO_ROUTE = "none";
  private static final Set<String> METHODS = Set.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");
  private static final String OTHER_METHOD = "other";

  private final SystemMetrics metrics;
  private final Map<Method, String> routes = new ConcurrentHashMap<>();

  @Context
  private ResourceInfo resource;

  @Inject
  public RequestTimer(SystemMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    request.setProperty(BEGUN, System.nanoTime());
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (request.getProperty(BEGUN) instanceof Long begun) {
      metrics.answered(route(), method(request.getMethod()), response.getStatus(), Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  /** Anybody can make up a method, and each would be remembered for ever. */
  static String method(String sent) {
    return METHODS.contains(sent) ? sent : OTHER_METHOD;
  }

  private String route() {
    Method method = resource.getResourceMethod();
    return method == null ? NO_ROUTE : routes.computeIfAbsent(method, RequestTimer::route);
  }

  /** The template of the route, such as {@code /v1/tasks/{task_id}}: addresses themselves would be a series each. */
  static String route(Method method) {
    String route = path(method.getDeclaringClass().getAnnotation(Path.class)) + path(method.getAnnotation(Path.class));
    return route.isEmpty() ? "/" : route;
  }

  private static String path(Path annotation) {
    String path = annotation == null ? "" : annotation.value().replaceAll("^/+|/+$", "");
    return path.isEmpty() ? "" : "/" + path;
  }
}

package org.zimage.web.body;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.stream.Stream;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.error.ZImageException;
import org.zimage.request.JsonText;
import org.zimage.settings.Settings;
import org.zimage.web.access.Origins;
import org.zimage.web.access.SentKey;

/**
 * Which bodies may be longer than others: those of routes that take pictures, when a caller sends them whom this server knows, and
 * adapters that the administrator sends. A path that only looks like such a route is no harm: the route that it reaches refuses what is
 * too long for it. Thread-safe.
 */
@ApplicationScoped
public class BodyLimits {
  private static final String[] ROUTES_WITH_PICTURES =
      {"/v1/images/generate", "/v1/images/edits", "/v1/images/variations", "/v1/pictures/verify", "/mcp"};
  private static final String[] ROUTE_OF_ADAPTERS = {"/v1/loras"};

  private final Callers callers;
  private final Origins origins;
  private final Settings settings;

  protected BodyLimits() {
    this(null, null, null);
  }

  @Inject
  public BodyLimits(Callers callers, Origins origins, Settings settings) {
    this.callers = callers;
    this.origins = origins;
    this.settings = settings;
  }

  /** The limit of a request's body, of which nothing has been read. */
  BodyLimit of(HttpServletRequest request) {
    if (mayBeLong(request) && isFor(request, ROUTES_WITH_PICTURES) && isFrom(request, Caller.class)) {
      return BodyLimit.withPictures(settings.maxInputBytes());
    }
    boolean isAdapter = mayBeLong(request) && isFor(request, ROUTE_OF_ADAPTERS) && isFrom(request, Caller.Administrator.class);
    return isAdapter ? BodyLimit.ofAdapter(settings.loras().maxBytes()) : BodyLimit.ORDINARY;
  }

  private static boolean mayBeLong(HttpServletRequest request) {
    return request.getContentLengthLong() > JsonText.MAX_BYTES || request.getHeader("Transfer-Encoding") != null;
  }

  private static boolean isFor(HttpServletRequest request, String... routes) {
    String path = request.getRequestURI();
    return Stream.of(routes).anyMatch(route -> path.endsWith(route) || path.endsWith(route + "/"));
  }

  /** Whoever is not known, or cannot be looked up, is told so by the filter that looks at keys: it meets the same failure. */
  private boolean isFrom(HttpServletRequest request, Class<? extends Caller> kind) {
    try {
      return kind.isInstance(callers.identify(SentKey.of(request), origins.of(request)));
    } catch (ZImageException | PersistenceException unknown) {
      return false;
    }
  }
}

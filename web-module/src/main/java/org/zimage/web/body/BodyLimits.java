package org.zimage.web.body;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import jakarta.servlet.http.HttpServletRequest;
import org.zimage.caller.Callers;
import org.zimage.error.ZImageException;
import org.zimage.request.JsonText;
import org.zimage.settings.Settings;
import org.zimage.web.access.SentKey;

/**
 * Which bodies may be longer than others: those of routes that take pictures, when a caller sends them whom this server knows.
 * A path that only looks like such a route is no harm: the route that it reaches refuses what is too long for it. Thread-safe.
 */
@ApplicationScoped
public class BodyLimits {
  private static final String[] ROUTES_WITH_PICTURES =
      {"/v1/images/generate", "/v1/images/edits", "/v1/images/variations", "/mcp"};

  private final Callers callers;
  private final BodyLimit withPictures;

  protected BodyLimits() {
    this.callers = null;
    this.withPictures = null;
  }

  @Inject
  public BodyLimits(Callers callers, Settings settings) {
    this.callers = callers;
    this.withPictures = new BodyLimit(settings.maxInputBytes(), BodyLimit.LONGEST_WITH_PICTURES);
  }

  /** The limit of a request's body, of which nothing has been read. */
  BodyLimit of(HttpServletRequest request) {
    return mayBeLong(request) && takesPictures(request) && isKnown(request) ? withPictures : BodyLimit.ORDINARY;
  }

  private static boolean mayBeLong(HttpServletRequest request) {
    return request.getContentLengthLong() > JsonText.MAX_BYTES || request.getHeader("Transfer-Encoding") != null;
  }

  private static boolean takesPictures(HttpServletRequest request) {
    String path = request.getRequestURI();
    for (String route : ROUTES_WITH_PICTURES) {
      if (path.endsWith(route) || path.endsWith(route + "/")) {
        return true;
      }
    }
    return false;
  }

  /** Whoever is not, or cannot be looked up, is told so by the filter that looks at keys: it meets the same failure. */
  private boolean isKnown(HttpServletRequest request) {
    try {
      callers.identify(SentKey.of(request));
      return true;
    } catch (ZImageException | PersistenceException unknown) {
      return false;
    }
  }
}

package org.zimage.web.access;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Set;
import org.zimage.settings.BrowserSettings;
import org.zimage.settings.Settings;

/**
 * Refuses what a browser sends for a page of another site. A browser behind the same firewall, or on the same machine, reaches
 * what the page's maker does not. Thread-safe.
 */
@Singleton
public class OtherSites {
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  private final BrowserSettings browsers;

  @Inject
  public OtherSites(Settings settings) {
    this.browsers = settings.browsers();
  }

  /**
   * Whoever owns a name can let it lead here after a browser has loaded the page behind it, which is then no other site's to
   * the browser (DNS rebinding). An address cannot be led elsewhere.
   *
   * @throws SiteNotAllowed for a name that is not known to be this service's
   */
  void refuseNames(HttpServletRequest request) {
    if (!browsers.allowsHost(request.getHeader("Host"))) {
      throw new SiteNotAllowed(
          "Without keys, requests to this Host are refused: name it in ZIMAGE_ALLOWED_HOSTS, or set API_ENABLE_AUTH=true");
    }
  }

  /**
   * A browser says itself, in {@code Sec-Fetch-Site}, whether a page is of the same site, whatever a proxy has made of the
   * Host; over plain HTTP it only names the page's {@code Origin}.
   *
   * @throws SiteNotAllowed for a page of another site, unless ZIMAGE_CORS_ORIGINS names it
   */
  public void refusePages(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    if (origin != null && browsers.allowsOrigin(origin)) {
      return;
    }
    String site = request.getHeader("Sec-Fetch-Site");
    boolean own = site == null ? origin == null || isOwn(origin, request) : site.equals("same-origin") || site.equals("none");
    // Links and pictures of other sites only read, and the browser shows their pages nothing of the answer
    boolean follows = origin == null && READING.contains(request.getMethod());
    if (!own && !follows) {
      throw new SiteNotAllowed("Pages of this Origin are refused: name it in ZIMAGE_CORS_ORIGINS");
    }
  }

  private static boolean isOwn(String origin, HttpServletRequest request) {
    try {
      URI page = URI.create(origin);
      return isAuthority(page, request.getHeader("Host")) || isAuthority(page, PublicAddress.forwardedHost(request));
    } catch (IllegalArgumentException e) {
      // The same answer as for another site
      return false;
    }
  }

  private static boolean isAuthority(URI page, String host) {
    String usualPort = "https".equalsIgnoreCase(page.getScheme()) ? ":443" : ":80";
    return host != null && page.getAuthority() != null
        && page.getAuthority().equalsIgnoreCase(host.endsWith(usualPort) ? host.substring(0, host.lastIndexOf(':')) : host);
  }
}

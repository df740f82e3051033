package org.zimage.web.access;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Set;
import org.zimage.settings.BrowserSettings;
import org.zimage.settings.Settings;

/**
 * Refuses requests that a browser sends for a page of another site. A browser on the same machine or behind the same firewall reaches
 * servers that the page's author cannot reach. Thread-safe.
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
   * Refuses DNS rebinding: the owner of a name can let it lead here after a browser has loaded the page behind the name, and the browser
   * then takes that page for one of this service. An address is always allowed, because no name server can lead it elsewhere.
   *
   * @throws SiteNotAllowed for a {@code Host} that is not known to be this service's
   */
  void refuseNames(HttpServletRequest request) {
    if (!browsers.allowsHost(request.getHeader("Host"))) {
      throw new SiteNotAllowed(
          "Without keys, requests to this Host are refused: name it in ZIMAGE_ALLOWED_HOSTS, or set API_ENABLE_AUTH=true");
    }
  }

  /**
   * Refuses pages of other sites. A browser says in {@code Sec-Fetch-Site} whether a page is of the same site, whatever a proxy has made
   * of the {@code Host}; over plain HTTP it only names the page's {@code Origin}.
   *
   * @throws SiteNotAllowed for a page of another site, unless ZIMAGE_CORS_ORIGINS names it
   */
  public void refusePages(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    if (origin != null && browsers.allowsOrigin(origin)) {
      return;
    }
    // Links and pictures of other sites only read, and the browser shows their pages nothing of the answer
    boolean follows = origin == null && READING.contains(request.getMethod());
    if (!follows && !isOwn(request.getHeader("Sec-Fetch-Site"), origin, request.getHeader("Host"), PublicAddress.forwardedHost(request))) {
      throw new SiteNotAllowed("Pages of this Origin are refused: name it in ZIMAGE_CORS_ORIGINS");
    }
  }

  /**
   * Whether a request comes from this service's own page, from the browser's user, or from a program that is no browser.
   *
   * @param site {@code Sec-Fetch-Site}; null where the browser sends none, over plain HTTP
   * @param origin null where the request names no page
   * @param host as the request has it; null for none
   * @param forwardedHost as a proxy says that the browser wrote it; null for none
   */
  static boolean isOwn(String site, String origin, String host, String forwardedHost) {
    if (site != null) {
      return site.equals("same-origin") || site.equals("none");
    }
    return origin == null || isOwn(origin, host, forwardedHost);
  }

  private static boolean isOwn(String origin, String host, String forwardedHost) {
    try {
      URI page = URI.create(origin);
      return isAuthority(page, host) || isAuthority(page, forwardedHost);
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

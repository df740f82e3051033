package org.zimage.web.access;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ResourceInfo;
import java.util.Collections;
import org.zimage.audit.Audited;
import org.zimage.audit.Door;
import org.zimage.audit.Origin;
import org.zimage.settings.Settings;
import org.zimage.settings.TrustedProxies;

/** Tells where calls come from, behind the proxies that ZIMAGE_TRUSTED_PROXIES names. Thread-safe. */
@Singleton
public class Origins {
  private final TrustedProxies proxies;

  @Inject
  public Origins(Settings settings) {
    this.proxies = settings.proxies();
  }

  /** @param route that the call has reached */
  public Origin of(ResourceInfo route, HttpServletRequest connection) {
    Audited audited = route.getResourceMethod() == null ? null : route.getResourceMethod().getAnnotation(Audited.class);
    return new Origin(audited == null ? Door.HTTP : audited.door(), address(connection));
  }

  /** The address of the network that a call comes from. */
  String address(HttpServletRequest connection) {
    return proxies.callerOf(connection.getRemoteAddr(), Collections.list(connection.getHeaders("X-Forwarded-For")));
  }
}

package org.zimage.web.access;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ResourceInfo;
import java.util.Collections;
import java.util.Optional;
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
    return new Origin(audited(route).map(Audited::door).orElse(Door.HTTP), address(connection));
  }

  /** Of a call of which nobody knows yet which route it reaches. */
  public Origin of(HttpServletRequest connection) {
    return new Origin(Door.HTTP, address(connection));
  }

  /** What a route is marked with; empty where nothing is changed by it, and where a call has reached none. */
  public static Optional<Audited> audited(ResourceInfo route) {
    return Optional.ofNullable(route.getResourceMethod()).map(method -> method.getAnnotation(Audited.class));
  }

  /** The address of the network that a call comes from. */
  String address(HttpServletRequest connection) {
    return proxies.callerOf(connection.getRemoteAddr(), Collections.list(connection.getHeaders("X-Forwarded-For")));
  }
}

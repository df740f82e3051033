package org.zimage.web;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import java.util.logging.Logger;
import org.zimage.api.ZImageApi;
import org.zimage.web.error.RequestsInLog;

/** All routes, from the root on. */
@ApplicationPath("/")
public class HttpApplication extends Application {
  /** Held here, because the JDK forgets loggers, and with them their filters, that nobody holds. */
  private static final Logger RESOURCES = Logger.getLogger("org.glassfish.jersey.server.ResourceModelConfigurator");

  public HttpApplication() {
    RequestsInLog.withoutTraces();
    keepTheInterfaceOfClientsOutOfTheLog();
  }

  /**
   * Payara Server hands Jersey every class of the EAR's libraries with a path in it. Jersey warns at each start that it ignores
   * the interface of our clients.
   */
  private static void keepTheInterfaceOfClientsOutOfTheLog() {
    RESOURCES.setFilter(line -> line.getMessage() == null || !line.getMessage().contains(ZImageApi.class.getName()));
  }

  /**
   * Jersey would answer OPTIONS and /application.wadl with a description of its own, and would make whole addresses of redirects'
   * paths, with the http that it sees behind a proxy that speaks https.
   */
  @Override
  public Map<String, Object> getProperties() {
    return Map.of("jersey.config.server.wadl.disableWadl", true,
        "jersey.config.server.headers.location.relative.resolution.disabled", true);
  }
}

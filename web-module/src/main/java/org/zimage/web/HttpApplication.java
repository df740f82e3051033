package org.zimage.web;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import org.zimage.web.error.LostConnections;

/** All routes, from the root on. */
@ApplicationPath("/")
public class HttpApplication extends Application {
  public HttpApplication() {
    LostConnections.keepOutOfTheLog();
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

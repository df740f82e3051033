package org.zimage.launcher;

import jakarta.json.JsonObject;
import java.util.Optional;
import org.zimage.launcher.home.RunState;

/**
 * Where the running system is reached.
 *
 * @param url by HTTP
 * @param httpsPort by HTTPS, at the name that the certificate is for; 0 without HTTPS
 */
record RunningAt(String url, int httpsPort) {
  /** Empty until everything is up. */
  static Optional<RunningAt> of(JsonObject state) {
    return RunState.url(state).map(url -> new RunningAt(url, RunState.httpsPort(state)));
  }

  /** A sentence for people, without its full stop. */
  String sentence() {
    return "Z-Image is running at " + url
        + (httpsPort == 0 ? "" : " (this machine only) and by HTTPS at port " + httpsPort);
  }
}

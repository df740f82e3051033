package org.zimage.web.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.settings.Settings;

/** Logs at the start who may call, if that is more than an operator may have meant. */
@ApplicationScoped
public class Warnings {
  private static final Logger LOG = Logger.getLogger(Warnings.class.getName());

  private final Settings settings;

  protected Warnings() {
    this(null);
  }

  @Inject
  public Warnings(Settings settings) {
    this.settings = settings;
  }

  void begin(@Observes @Initialized(ApplicationScoped.class) Object application) {
    LOG.log(Level.FINE, "Looking at the settings for {0}", application);
    of(settings).forEach(LOG::warning);
  }

  static List<String> of(Settings settings) {
    List<String> warnings = new ArrayList<>();
    if (!settings.authEnabled() && settings.browsers().isOpenToOthers()) {
      warnings.add("######## NO KEYS ARE ASKED FOR, and others reach this server (ZIMAGE_HOST=" + settings.browsers().listensOn()
          + "): whoever does may draw, and see and delete everything. Set API_ENABLE_AUTH=true, API_ADMIN_KEY and "
          + "API_ALLOWED_KEYS, or ZIMAGE_HOST=127.0.0.1 ########");
    }
    if (settings.authEnabled() && settings.allowedKeys().isEmpty()) {
      warnings.add("API_ALLOWED_KEYS is not set: any key is accepted, even one that was made up a moment ago");
    }
    return warnings;
  }
}

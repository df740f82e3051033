package org.zimage.health;

import jakarta.enterprise.context.ApplicationScoped;

/** Looks after what this process needs. */
@ApplicationScoped
public class Health {

  /** Asks every server now; returns within about two seconds whatever they do. */
  public HealthReport check() {
    throw new UnsupportedOperationException("Health.check is not built yet");
  }
}

package org.zimage.resources;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import org.zimage.settings.Settings;

/** What the process provides: its environment, and a source of random numbers. */
@ApplicationScoped
public class ProcessResources {

  /** Read once; a wrong value stops the start. */
  @Produces
  @Singleton
  Settings settings() {
    return Settings.read(System.getenv());
  }

  @Produces
  @Singleton
  RandomGenerator random() {
    return new SecureRandom();
  }
}

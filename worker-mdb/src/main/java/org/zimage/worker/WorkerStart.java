package org.zimage.worker;

import jakarta.annotation.PostConstruct;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.inject.Inject;

/** Begins to load the model when the application starts, not when the first task comes. */
@Singleton
@Startup
public class WorkerStart {
  @Inject
  private InferenceThread inference;

  @PostConstruct
  void start() {
    inference.start();
  }
}

package org.zimage.worker;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/**
 * Begins to load the model when the application starts, not when the first task comes, and ends the work in order when
 * it stops. A listener of the web application, because that hears of the end while classes can still be loaded and the
 * database can still be written; singleton beans are told after it.
 */
@WebListener
public class WorkerLife implements ServletContextListener {
  @Inject
  private InferenceThread inference;

  @Inject
  private Worker worker;

  @Inject
  private Presence presence;

  @Inject
  private WarmUp warmUp;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    inference.start();
    presence.start();
    warmUp.start();
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    warmUp.stop();
    presence.stop();
    worker.stop();
    inference.close();
  }
}

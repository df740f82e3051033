package org.zimage.worker;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.time.Duration;
import org.zimage.broker.Listeners;
import org.zimage.start.OwnProcess;
import org.zimage.task.dispatch.WorkQueue;
import org.zimage.worker.credentials.PictureSigning;

/**
 * Begins to load the model when the application starts, not when the first task comes, and ends the work in order when
 * it stops. A listener of the web application, because that hears of the end while classes can still be loaded and the
 * database can still be written; singleton beans are told after it.
 */
@WebListener
public class WorkerLife implements ServletContextListener {
  /** For all parts together: the launcher, and a container's platform, end the process not much later. */
  private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

  @Inject
  private InferenceThread inference;

  @Inject
  private Worker worker;

  @Inject
  private Presence presence;

  @Inject
  private WarmUp warmUp;

  @Inject
  private Listeners listeners;

  @Inject
  private PictureSigning signing;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    startSigning();
    inference.start(presence::announceSoon);
    presence.start();
    warmUp.start();
  }

  private void startSigning() {
    try {
      signing.start();
    } catch (RuntimeException failure) {
      OwnProcess.endIfSettingIsWrong(failure);
      throw failure;
    }
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    Deadline end = Deadline.in(LONGEST_STOP);
    // Not waited for: the message of a task ends with it
    listeners.pause(WorkQueue.NAME, Duration.ZERO);
    warmUp.stop();
    presence.stop();
    worker.stop(end);
    presence.awaitStopped(end);
    inference.close(end);
  }
}

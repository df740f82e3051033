package org.zimage.progress;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.zimage.task.TaskId;

/**
 * Where progress is seen. Nothing depends on it: with Redis away it shows nothing, and says so in the log once. Thread-safe.
 */
@ApplicationScoped
public class ProgressBoard {

  /** How far a running task is; empty when the board does not know. */
  public Optional<Progress> find(TaskId id) {
    throw new UnsupportedOperationException("ProgressBoard.find is not built yet");
  }

  /** Calls the listener at every change of every task until the subscription is closed. */
  public AutoCloseable subscribe(ProgressListener listener) {
    throw new UnsupportedOperationException("ProgressBoard.subscribe is not built yet");
  }
}

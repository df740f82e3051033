package org.zimage.web.waiting;

import java.util.List;
import org.zimage.api.events.TaskSnapshot;
import org.zimage.progress.Preview;
import org.zimage.task.TaskId;

/**
 * Answers a caller who waits for pictures, in the protocol of that caller. Exactly one of {@link #ended}, {@link #deleted}, {@link
 * #tooLate} and {@link #left} is called, once, when the connection takes the head of a response without blocking. {@link
 * org.zimage.web.writing.AnswerWriters} writes longer answers.
 */
public interface WaitingCaller {
  /** How the tasks are now, in the order of the batch; null for those not heard of yet. Return soon. */
  default void progressed(List<TaskSnapshot> tasks) { }

  /** Whether the caller wants to see how the pictures grow. */
  default boolean watchesPreviews() {
    return false;
  }

  /** How a picture of the batch looks after a step. Return soon. */
  default void show(int index, Preview preview) { }

  /** All tasks are over, in the order of the batch. */
  void ended(List<TaskSnapshot> tasks);

  /** A task is gone: it was deleted with its batch. */
  void deleted(TaskId task);

  /** The caller has waited for {@link Waits#LONGEST}, and the tasks were cancelled. */
  void tooLate();

  /** The caller has hung up. */
  void left();

  /** Whether nobody else can want the pictures when the caller hangs up. */
  boolean isCancelledByLeaving();
}

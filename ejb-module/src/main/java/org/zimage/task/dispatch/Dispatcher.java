package org.zimage.task.dispatch;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.zimage.task.TaskId;
import org.zimage.task.TaskWaiting;

/**
 * Sends the messages of waiting tasks to the workers, off the threads that accept tasks, so that a request never waits for the broker.
 * {@link org.zimage.task.recovery.Redispatch} later finds tasks whose message could not be sent, or was too many.
 *
 * <p>Owns one thread, from the first task until {@link #stop}. Thread-safe.
 */
@ApplicationScoped
public class Dispatcher {
  private static final int MESSAGES_PER_COMMIT = 200;

  private final Backlog backlog;
  private final WorkQueue queue;
  private final SendingThread thread;
  private final HeldTasks held = new HeldTasks(MESSAGES_PER_COMMIT);

  protected Dispatcher() {
    this(null, null, null);
  }

  @Inject
  public Dispatcher(Backlog backlog, WorkQueue queue, ThreadFactory threads) {
    this.backlog = backlog;
    this.queue = queue;
    this.thread = new SendingThread(Dispatcher.class, "zimage-dispatcher", "Tasks", threads, () -> held.seeTo(this::send));
  }

  void accept(@Observes(during = TransactionPhase.AFTER_SUCCESS) TaskWaiting event) {
    offer(event.ids());
  }

  /** Takes tasks to be told about; returns at once. */
  public void offer(Collection<TaskId> waiting) {
    if (waiting.isEmpty()) {
      return;
    }
    held.add(waiting);
    thread.wake();
  }

  /** Ends the thread; what it has not sent stays in the database. */
  @PreDestroy
  public void stop() {
    thread.stop();
  }

  private void send(List<TaskId> tasks) {
    List<Backlog.Undelivered> messages = tasks.isEmpty() ? List.of() : backlog.waiting(tasks);
    if (!messages.isEmpty()) {
      queue.send(messages);
      backlog.dispatched(messages);
    }
  }
}

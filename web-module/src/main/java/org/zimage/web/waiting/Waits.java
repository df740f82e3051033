package org.zimage.web.waiting;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.api.events.TaskSnapshot;
import org.zimage.caller.Caller;
import org.zimage.error.Outage;
import org.zimage.task.TaskId;
import org.zimage.task.TaskNotFound;
import org.zimage.task.lifecycle.Cancellation;
import org.zimage.web.events.EventStreams;
import org.zimage.web.writing.AnswerWriters;

/**
 * All callers of this node who wait for pictures. When a caller disconnects, or has waited for {@link #LONGEST}, the tasks without an
 * idempotency key are cancelled, because nobody else can ask for them.
 *
 * <p>Owns one thread that serves all waiting callers; it ends with the application. Thread-safe.
 */
@ApplicationScoped
public class Waits {
  /** The default patience of OpenAI's own clients. */
  public static final Duration LONGEST = Duration.ofMinutes(10);

  private static final Logger LOG = Logger.getLogger(Waits.class.getName());

  private final EventStreams streams;
  private final Cancellation cancellation;
  private final ScheduledExecutorService watch;
  private final AnswerWriters writers;
  private final Map<Wait, Optional<TcpConnection>> waiting = new ConcurrentHashMap<>();

  protected Waits() {
    this(null, null, null, null);
  }

  @Inject
  public Waits(EventStreams streams, Cancellation cancellation, AnswerWriters writers, ThreadFactory threads) {
    this.streams = streams;
    this.cancellation = cancellation;
    this.writers = writers;
    this.watch = Executors.newSingleThreadScheduledExecutor(work -> {
      Thread thread = threads.newThread(work);
      thread.setName("zimage-waits");
      return thread;
    });
  }

  @PostConstruct
  void start() {
    watch.scheduleWithFixedDelay(this::lookAfterCallers, 1, 1, TimeUnit.SECONDS);
  }

  @PreDestroy
  void stop() {
    watch.shutdownNow();
  }

  /**
   * Lets a caller wait for tasks of its own; returns at once.
   *
   * @param owner whose tasks they are
   * @param request the connection that is open meanwhile
   */
  public void begin(List<TaskId> tasks, Caller owner, WaitingCaller caller, HttpServletRequest request) {
    Wait wait = new Wait(tasks, owner, caller, System.nanoTime() + LONGEST.toNanos());
    waiting.put(wait, TcpConnection.of(request).filter(TcpConnection::isOpen));
    try {
      for (int index = 0; index < tasks.size(); index++) {
        watch(new WaitedTask(index, wait, this));
      }
    } catch (RuntimeException e) {
      finish(wait);
      throw e;
    }
  }

  /** Whoever cannot be told at once how his task is, because the database has just gone away, is told when it is back. */
  private void watch(WaitedTask task) {
    try {
      streams.watch(task);
    } catch (RuntimeException e) {
      if (!Outage.isCauseOf(e)) {
        throw e;
      }
      LOG.log(Level.FINE, "A caller waits for a task that cannot be read at the moment", e);
    }
  }

  void changed(Wait wait, List<TaskSnapshot> tasks) {
    if (tasks.stream().allMatch(task -> task != null && task.isOver())) {
      answer(wait, () -> wait.caller().ended(tasks));
    } else if (!wait.isOver()) {
      wait.caller().progressed(tasks);
    }
  }

  void deleted(Wait wait, TaskId task) {
    answer(wait, () -> wait.caller().deleted(task));
  }

  private void tooLate(Wait wait) {
    if (finish(wait)) {
      writers.run(() -> {
        cancel(wait);
        wait.caller().tooLate();
      });
    }
  }

  private void left(Wait wait) {
    if (finish(wait)) {
      writers.run(() -> {
        if (wait.caller().isCancelledByLeaving()) {
          cancel(wait);
        }
        wait.caller().left();
      });
    }
  }

  private void answer(Wait wait, Runnable answer) {
    if (finish(wait)) {
      writers.run(answer);
    }
  }

  private boolean finish(Wait wait) {
    waiting.remove(wait);
    return wait.finish();
  }

  private void lookAfterCallers() {
    try {
      if (!waiting.isEmpty()) {
        waiting.keySet().stream().filter(Wait::isTooLong).forEach(this::tooLate);
        Set<TcpConnection> open = TcpConnection.open();
        waiting.forEach((wait, connection) -> {
          if (connection.isPresent() && !open.contains(connection.get())) {
            left(wait);
          }
        });
      }
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "Callers who hang up are not noticed at the moment", e);
    }
  }

  private void cancel(Wait wait) {
    for (int index = 0; index < wait.tasks().size(); index++) {
      TaskId task = wait.tasks().get(index);
      try {
        if (!wait.hasEnded(index)) {
          cancellation.cancel(task.value(), wait.owner());
        }
      } catch (TaskNotFound e) {
        LOG.log(Level.FINE, "Task {0} was deleted before it could be cancelled", task);
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "Task " + task + ", which nobody waits for any more, could not be cancelled", e);
      }
    }
  }
}

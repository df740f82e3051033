package org.zimage.task.dispatch;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.zimage.task.TaskId;

/**
 * Tasks that are held in memory until a thread sees to them, in the order in which they came. Those that are too many are left out: the
 * rows are the truth. A set: while the broker is away the same tasks come again and again. Thread-safe.
 */
public final class HeldTasks {
  private static final int CAPACITY = 10_000;

  private final int portion;
  /** Guarded by itself. */
  private final Set<TaskId> ids = new LinkedHashSet<>();

  /** @param portion how many are seen to at a time, at most */
  public HeldTasks(int portion) {
    this.portion = portion;
  }

  public void add(Collection<TaskId> tasks) {
    synchronized (ids) {
      tasks.stream().filter(id -> ids.size() < CAPACITY).forEach(ids::add);
    }
  }

  /**
   * Sees to a portion, which stays held when that fails.
   *
   * @return whether more may be held
   */
  public boolean seeTo(Consumer<List<TaskId>> work) {
    List<TaskId> next = take();
    try {
      work.accept(next);
      return next.size() == portion;
    } catch (RuntimeException | Error e) {
      add(next);
      throw e;
    }
  }

  private List<TaskId> take() {
    synchronized (ids) {
      List<TaskId> next = ids.stream().limit(portion).toList();
      next.forEach(ids::remove);
      return next;
    }
  }
}

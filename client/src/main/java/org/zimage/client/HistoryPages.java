package org.zimage.client;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Set;
import java.util.function.BiFunction;
import org.zimage.api.TaskSummary;

/** Walks through the history. Batches that are added meanwhile move the others on: what was told is not told again. */
final class HistoryPages implements Iterator<TaskSummary> {
  private static final int PAGE = 50;

  private final BiFunction<Integer, Integer, List<TaskSummary>> history;
  private final Queue<TaskSummary> page = new ArrayDeque<>();
  private final Set<String> told = new HashSet<>();
  private int offset;
  private boolean atEnd;

  /** @param history a page, given its limit and offset */
  HistoryPages(BiFunction<Integer, Integer, List<TaskSummary>> history) {
    this.history = history;
  }

  @Override
  public boolean hasNext() {
    while (page.isEmpty() && !atEnd) {
      List<TaskSummary> next = history.apply(PAGE, offset);
      next.stream().filter(batch -> told.add(batch.taskId())).forEach(page::add);
      offset += next.size();
      atEnd = next.size() < PAGE;
    }
    return !page.isEmpty();
  }

  @Override
  public TaskSummary next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.remove();
  }
}

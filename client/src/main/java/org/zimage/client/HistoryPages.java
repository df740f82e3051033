package org.zimage.client;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.zimage.api.TaskSummary;

/** Walks through the history from page to page, as far as it is read. */
final class HistoryPages implements Iterator<TaskSummary> {
  /**
   * A page.
   *
   * @param next the query that leads to the next one; null after the last
   */
  record Page(List<TaskSummary> batches, String next) { }

  /** Fetches the page of a query. */
  interface Source {
    Page fetch(String query);
  }

  private final Source source;
  private final Queue<TaskSummary> page = new ArrayDeque<>();
  private String next;

  HistoryPages(String firstQuery, Source source) {
    this.next = firstQuery;
    this.source = source;
  }

  @Override
  public boolean hasNext() {
    while (page.isEmpty() && next != null) {
      Page fetched = source.fetch(next);
      page.addAll(fetched.batches());
      next = fetched.next();
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

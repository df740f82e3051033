package org.zimage.history;

import java.util.List;

/**
 * A page of the history.
 *
 * @param next where the next page begins; null when there is none
 */
public record HistoryPage(List<BatchSummary> batches, HistoryCursor next) {
  public HistoryPage {
    batches = List.copyOf(batches);
  }
}

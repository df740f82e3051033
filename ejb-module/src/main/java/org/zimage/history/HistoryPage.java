package org.zimage.history;

import java.util.List;
import org.zimage.api.TaskSummary;

/**
 * A page of the history.
 *
 * @param next where the next page begins; null when there is none
 */
public record HistoryPage(List<TaskSummary> batches, HistoryCursor next) { }

package org.zimage.history;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.zimage.caller.Caller;

/** What was asked for before, as far as the caller may see it. */
@ApplicationScoped
public class History {

  /**
   * Batches, newest first.
   *
   * @param limit brought into 1…50
   * @param offset batches to skip, at least 0
   */
  public List<BatchSummary> page(Caller caller, int limit, int offset) {
    throw new UnsupportedOperationException("History.page is not built yet");
  }

  /**
   * One batch with its pictures.
   *
   * @param batchId any text
   * @throws BatchNotFound when there is none of that name among those the caller may see
   */
  public BatchDetail detail(String batchId, Caller caller) {
    throw new UnsupportedOperationException("History.detail is not built yet");
  }

  /**
   * Removes a batch and its tasks; unfinished ones are cancelled first; picture files stay.
   *
   * @param batchId any text
   * @return the batch's id as it is stored
   * @throws BatchNotFound when there is none of that name among those the caller may see
   */
  public String delete(String batchId, Caller caller) {
    throw new UnsupportedOperationException("History.delete is not built yet");
  }
}

package org.zimage.client;

import java.util.List;

/**
 * Accepted requests that belong together.
 *
 * @param batchId its id in the history
 * @param taskIds its tasks, in the order of their index
 */
public record Batch(String batchId, List<String> taskIds) { }

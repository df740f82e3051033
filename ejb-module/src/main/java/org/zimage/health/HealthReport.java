package org.zimage.health;

import java.util.List;
import org.zimage.broker.Listeners.Listener;

/**
 * What works at this moment.
 *
 * @param database PostgreSQL answers; without it nothing can be accepted
 * @param schema the tables are as this version needs them
 * @param redis Redis answers; without it there is no step-by-step progress
 * @param images the image store can be read; without it tasks are accepted and followed, and no picture is served
 * @param broker what stands between this process and the broker; empty while all is well. Requests are accepted without it
 * @param listeners those for messages that miss consumers or have just lost one; without them requests by message wait, and
 *     tasks
 */
public record HealthReport(boolean database, boolean schema, boolean redis, boolean images, List<String> broker,
    List<Listener> listeners) {

  /** Whether requests can be served. */
  public boolean isReady() {
    return database && schema;
  }

  /** Whether requests can be served, but not all of them. */
  public boolean isDegraded() {
    return !isReady() || !images || !broker.isEmpty() || !listeners.isEmpty();
  }
}

package org.zimage.health;

/**
 * What works at this moment.
 *
 * @param database PostgreSQL answers; without it nothing can be accepted
 * @param schema the tables are as this version needs them
 * @param redis Redis answers; without it there is no step-by-step progress
 */
public record HealthReport(boolean database, boolean schema, boolean redis) {

  /** Whether requests can be served. */
  public boolean isReady() {
    return database && schema;
  }
}

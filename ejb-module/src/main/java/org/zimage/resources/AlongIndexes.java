package org.zimage.resources;

import jakarta.persistence.EntityManager;

/**
 * Lets PostgreSQL read queues along their indexes. It plans by what it counted last, which for a queue is often "empty", and then compares
 * each row with each other one: with 100,000 messages that are there all at once, for half an hour. A question for other rows of the
 * queue ends with {@code OFFSET 0}, so that it is asked row by row and not made a join.
 */
public final class AlongIndexes {
  private AlongIndexes() { }

  /** For the statements of the running transaction from here on. */
  public static void read(EntityManager entities) {
    entities.createNativeQuery("SET LOCAL enable_seqscan = off").executeUpdate();
  }
}

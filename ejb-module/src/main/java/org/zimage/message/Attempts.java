package org.zimage.message;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/**
 * How often messages were begun to be handled that are delivered again. The broker's own count grows while the database is
 * away, too; this one grows only where handling was possible and came to no end. Thread-safe.
 */
@ApplicationScoped
public class Attempts {
  static final int MOST = 3;

  private final EntityManager entities;

  protected Attempts() {
    this(null);
  }

  @Inject
  public Attempts(EntityManager entities) {
    this.entities = entities;
  }

  /**
   * Notes that a message which is delivered again is about to be handled; the same delivery counts once.
   *
   * @param message its name
   * @param delivery the broker's number of this delivery
   * @throws UnreadableMessage when it was begun too often already
   */
  @Transactional(dontRollbackOn = UnreadableMessage.class)
  void begin(String message, int delivery) {
    Number attempts = (Number) entities.createNativeQuery("""
        INSERT INTO message_attempts AS known (message, delivery) VALUES (?1, ?2)
        ON CONFLICT (message) DO UPDATE SET delivery = excluded.delivery, noted_at = clock_timestamp(),
          attempts = known.attempts + CASE WHEN known.delivery = excluded.delivery THEN 0 ELSE 1 END
        RETURNING attempts""").setParameter(1, message).setParameter(2, delivery).getSingleResult();
    if (attempts.intValue() > MOST) {
      throw new UnreadableMessage(UnreadableMessage.FAILED, "The message was delivered " + delivery
          + " times, and each time it was handled this service ended before it was done: it is given up");
    }
  }

  /** The message has become a task. */
  @Transactional
  void end(String message) {
    entities.createNativeQuery("DELETE FROM message_attempts WHERE message = ?1").setParameter(1, message).executeUpdate();
  }

  /** Forgets messages that were begun a day ago and did not come again. */
  @Transactional
  public void forgetOld() {
    entities.createNativeQuery("DELETE FROM message_attempts WHERE noted_at < clock_timestamp() - interval '1 day'")
        .executeUpdate();
  }
}

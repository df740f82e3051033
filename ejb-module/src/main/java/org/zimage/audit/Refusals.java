package org.zimage.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.error.Outage;

/**
 * Records deeds that were refused or failed, and says whether to record those that changed nothing. Anybody can cause either without end,
 * so that of each client, and of all strangers together, a node records no more than {@value #MOST_A_MINUTE} a minute; of the others the
 * log tells the number. Thread-safe.
 */
@ApplicationScoped
public class Refusals {
  static final int MOST_A_MINUTE = 100;

  private static final Logger LOG = Logger.getLogger(Refusals.class.getName());
  private static final int MINUTE = 60;
  private static final String NOBODY = "";

  private final Audit audit;
  private final Clock clock;
  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
  private final AtomicLong minute = new AtomicLong();
  private final AtomicLong unrecorded = new AtomicLong();

  protected Refusals() {
    this(null, null);
  }

  @Inject
  public Refusals(Audit audit, Clock clock) {
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Records a refusal, outside of the transaction that was rolled back for it. What the caller is told does not depend on it: while the
   * database is away nothing is recorded, and nothing is done either.
   *
   * @param status of HTTP, at least 400
   * @param sent what the caller sent as the id of what it wanted to change; null for none
   */
  public void note(Deed deed, Actor actor, int status, String sent) {
    if (!hasRoom(actor)) {
      unrecorded.incrementAndGet();
      return;
    }
    try {
      audit.record(AuditRecord.refused(deed, actor, status, sent));
    } catch (RuntimeException failure) {
      LOG.log(Outage.isCauseOf(failure) ? Level.FINE : Level.SEVERE, "A refused " + deed.word() + " could not be recorded", failure);
    }
  }

  /** Whether to record that a deed changed nothing: it can be asked for without end, so that it counts as a refusal does. */
  public boolean hasRoomForUnchanged(Actor actor) {
    boolean hasRoom = hasRoom(actor);
    if (!hasRoom) {
      unrecorded.incrementAndGet();
    }
    return hasRoom;
  }

  private boolean hasRoom(Actor actor) {
    long now = clock.instant().getEpochSecond() / MINUTE;
    if (minute.getAndSet(now) != now) {
      counts.clear();
      logUnrecorded();
    }
    return counts.computeIfAbsent(actor.id() == null ? NOBODY : actor.id(), first -> new AtomicInteger()).incrementAndGet()
        <= MOST_A_MINUTE;
  }

  private void logUnrecorded() {
    long many = unrecorded.getAndSet(0);
    if (many > 0) {
      LOG.warning(() -> many + " calls were refused, or changed nothing, that the audit does not have: of one client, or of all"
          + " strangers, it has " + MOST_A_MINUTE + " a minute");
    }
  }
}

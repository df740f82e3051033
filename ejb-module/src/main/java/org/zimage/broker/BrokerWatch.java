package org.zimage.broker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.zimage.broker.Listeners.Listener;

/**
 * Whether the broker lets this process do what it has to: what its listeners meet, and what those meet who send. Nobody asks the
 * broker for it: whoever fails tries again, and is heard of again. Thread-safe.
 */
@ApplicationScoped
public class BrokerWatch {
  private static final Logger LOG = Logger.getLogger(BrokerWatch.class.getName());
  /** A connection that is made again takes less. */
  private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(5);
  /** Another node may have done meanwhile what this one could not. Whoever tries again here does so within a minute. */
  private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(90);

  private final Listeners listeners;
  private final Map<String, Failure> failures = new ConcurrentHashMap<>();

  protected BrokerWatch() {
    this(null);
  }

  @Inject
  public BrokerWatch(Listeners listeners) {
    this.listeners = listeners;
  }

  /** What somebody met, since when, and when last. */
  private record Failure(BrokerTrouble trouble, long since, long last) {
    boolean isToBeTold() {
      long now = System.nanoTime();
      return now - last < FORGOTTEN_NANOS && (trouble.isRefusal() || now - since > AWAY_NANOS);
    }
  }

  /**
   * Somebody could not do what it has to. A refusal is said once in the log: it stays until somebody changes the broker's settings.
   *
   * @param deed such as {@code browse zimage.generate}
   */
  public void fails(String deed, Exception failure) {
    BrokerTrouble trouble = BrokerTrouble.of(failure);
    if (note(deed, trouble) && trouble.isRefusal()) {
      LOG.warning(() -> "The broker does not let this process " + deed + ": " + trouble + ". Trying again and again");
    }
  }

  /** The same, where the caller says it in the log. */
  public void failsAsSaid(String deed, Exception failure) {
    note(deed, BrokerTrouble.of(failure));
  }

  /** @return whether it is new */
  private boolean note(String deed, BrokerTrouble trouble) {
    long now = System.nanoTime();
    Failure before = failures.get(deed);
    boolean isKnown = before != null && before.trouble().equals(trouble) && now - before.last() < FORGOTTEN_NANOS;
    failures.put(deed, new Failure(trouble, isKnown ? before.since() : now, now));
    return !isKnown;
  }

  /** Somebody could do what it has to. */
  public void works(String deed) {
    Failure before = failures.remove(deed);
    if (before != null && before.trouble().isRefusal()) {
      LOG.info(() -> "The broker lets this process " + deed + " now");
    }
  }

  /** What stands between this process and the broker, for people; empty while all is well. */
  public List<String> troubles() {
    return Stream.concat(
        listeners.all().stream().filter(Listener::isMissing).map(Listener::trouble),
        failures.values().stream().filter(Failure::isToBeTold).map(Failure::trouble))
        .map(BrokerTrouble::toString).distinct().sorted().toList();
  }
}

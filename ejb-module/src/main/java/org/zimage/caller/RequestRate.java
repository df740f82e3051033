package org.zimage.caller;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.zimage.redis.RedisLink;
import org.zimage.settings.Settings;

/**
 * Counts the requests of each client in each minute of the clock, in Redis for all nodes together; with Redis away each
 * node counts for itself. The administrator is not counted. Thread-safe.
 */
@ApplicationScoped
public class RequestRate {
  private static final String KEY = "zimage:rate:";
  private static final int MINUTE = 60;

  private final int limit;
  private final RedisLink redis;
  private final Clock clock;
  private final Map<String, AtomicLong> ownCounts = new ConcurrentHashMap<>();
  private final AtomicLong ownMinute = new AtomicLong();

  protected RequestRate() {
    this.limit = 0;
    this.redis = null;
    this.clock = null;
  }

  @Inject
  public RequestRate(Settings settings, RedisLink redis, Clock clock) {
    this.limit = settings.rateLimit();
    this.redis = redis;
    this.clock = clock;
  }

  /**
   * Counts a request.
   *
   * @param address tells where an anonymous request comes from
   * @throws LimitReached when it is one too many
   */
  public void count(Caller caller, Supplier<String> address) {
    if (limit == 0 || caller instanceof Caller.Administrator) {
      return;
    }
    String client = caller.clientId() == null ? "address:" + address.get() : caller.clientId();
    long now = clock.instant().getEpochSecond();
    if (count(client, now / MINUTE) > limit) {
      throw LimitReached.ofRequests(limit, (int) (MINUTE - now % MINUTE));
    }
  }

  private long count(String client, long minute) {
    String key = KEY + client + ":" + minute;
    return redis.ask(server -> {
      long count = server.incr(key);
      if (count == 1) {
        server.expire(key, 2 * MINUTE);
      }
      return count;
    }).orElseGet(() -> countHere(client, minute));
  }

  private long countHere(String client, long minute) {
    if (ownMinute.getAndSet(minute) != minute) {
      ownCounts.clear();
    }
    return ownCounts.computeIfAbsent(client, first -> new AtomicLong()).incrementAndGet();
  }
}

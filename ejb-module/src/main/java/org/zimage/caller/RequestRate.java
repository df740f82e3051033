package org.zimage.caller;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.zimage.redis.RedisLink;
import org.zimage.settings.Settings;

/**
 * Counts the requests of each client in each minute of the clock. All nodes count together in Redis; while Redis is away each node
 * counts for itself. The administrator is not counted. Where keys are not listed, anybody can invent a key for each request, so the
 * requests of all such keys from one address are counted together, and so are keys that come for the first time. Thread-safe.
 */
@ApplicationScoped
public class RequestRate {
  private static final String KEY = "zimage:rate:";
  private static final int MINUTE = 60;
  private static final int IPV6_BYTES = 16;

  private final int limit;
  private final boolean keysAreListed;
  private final RedisLink redis;
  private final Clock clock;
  private final Map<String, AtomicLong> ownCounts = new ConcurrentHashMap<>();
  private final AtomicLong ownMinute = new AtomicLong();

  protected RequestRate() {
    this.limit = 0;
    this.keysAreListed = true;
    this.redis = null;
    this.clock = null;
  }

  @Inject
  public RequestRate(Settings settings, RedisLink redis, Clock clock) {
    this.limit = settings.rateLimit();
    this.keysAreListed = settings.acceptsListedKeysOnly();
    this.redis = redis;
    this.clock = clock;
  }

  /**
   * Counts a request.
   *
   * @param address tells where a request comes from that no listed key is sent with
   * @throws LimitReached when it is one too many of its client's, or of those that come from its address
   */
  public void count(Caller caller, Supplier<String> address) {
    if (limit == 0 || caller instanceof Caller.Administrator) {
      return;
    }
    if (caller.clientId() == null) {
      count("address:" + network(address.get()), limit, LimitReached::ofRequests);
      return;
    }
    count(caller.clientId(), limit, LimitReached::ofRequests);
    if (!keysAreListed) {
      count("keys from:" + network(address.get()), UnlistedKeys.together(limit), LimitReached::ofRequestsFromOneAddress);
    }
  }

  /** Who has one address of IPv6 has all that begin with the same 64 bits, and may send each request from another one. */
  private static String network(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    try {
      byte[] bytes = InetAddress.getByName(address.replaceFirst("%.*", "")).getAddress();
      return bytes.length == IPV6_BYTES ? HexFormat.of().formatHex(bytes, 0, IPV6_BYTES / 2) : address;
    } catch (UnknownHostException noAddress) {
      return address;
    }
  }

  /**
   * Counts a key that comes for the first time, where keys are not listed.
   *
   * @throws LimitReached when there were too many in this minute
   */
  void countNewKey() {
    if (!keysAreListed) {
      count("new keys", UnlistedKeys.NEW_A_MINUTE, LimitReached::ofNewKeys);
    }
  }

  private void count(String subject, int most, BiFunction<Integer, Integer, LimitReached> refusal) {
    long now = clock.instant().getEpochSecond();
    if (count(subject, now / MINUTE) > most) {
      throw refusal.apply(most, (int) (MINUTE - now % MINUTE));
    }
  }

  private long count(String subject, long minute) {
    String key = KEY + subject + ":" + minute;
    return redis.ask(server -> {
      long count = server.incr(key);
      if (count == 1) {
        server.expire(key, 2 * MINUTE);
      }
      return count;
    }).orElseGet(() -> countHere(subject, minute));
  }

  private long countHere(String subject, long minute) {
    if (ownMinute.getAndSet(minute) != minute) {
      ownCounts.clear();
    }
    return ownCounts.computeIfAbsent(subject, first -> new AtomicLong()).incrementAndGet();
  }
}

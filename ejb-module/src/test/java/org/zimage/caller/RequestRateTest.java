package org.zimage.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.audit.Origin;
import org.zimage.error.Answer;
import org.zimage.platform.Platform;
import org.zimage.platform.TestClock;
import org.zimage.redis.RedisLink;
import org.zimage.settings.Settings;

@ExtendWith(Platform.class)
class RequestRateTest {
  private static final int LIMIT = 3;

  private final TestClock clock = Platform.bean(TestClock.class);
  private final Caller client = client();
  private final RequestRate rate = rate(Platform.servers().redisUrl());

  @BeforeEach
  void aMinuteBegins() {
    clock.advance(Duration.ofSeconds(60 - clock.instant().getEpochSecond() % 60));
  }

  @Test
  void theRequestAfterTheLastAllowedOneIsRefusedUntilTheMinuteEnds() {
    count(rate, client, LIMIT);

    LimitReached refusal = catchThrowableOfType(LimitReached.class, () -> rate.count(client, () -> "127.0.0.1"));

    assertThat(refusal).hasMessage("Too many requests: a client may send 3 a minute");
    int seconds = Answer.to(refusal, "A request").retryAfterSeconds().orElseThrow();
    assertThat(seconds).isBetween(1, 60);
    clock.advance(Duration.ofSeconds(seconds));
    count(rate, client, LIMIT);
  }

  @Test
  void nodesCountTogether() {
    RequestRate otherNode = rate(Platform.servers().redisUrl());
    count(rate, client, LIMIT - 1);
    count(otherNode, client, 1);

    assertThatThrownBy(() -> rate.count(client, () -> "127.0.0.1")).isInstanceOf(LimitReached.class);
  }

  @Test
  void withoutRedisANodeCountsForItself() {
    RequestRate alone = rate(URI.create("redis://127.0.0.1:1/0"));
    count(alone, client, LIMIT);

    assertThatThrownBy(() -> alone.count(client, () -> "127.0.0.1")).isInstanceOf(LimitReached.class);
    count(alone, client(), LIMIT);
  }

  /** They belong to one machine, or to one customer. */
  @Test
  void callsFromOneNetworkOfIpv6AreCountedTogether() {
    String network = "2001:db8:" + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x10000)) + ":1:";
    for (int i = 0; i < LIMIT; i++) {
      String address = network + i + ":0:0:1";
      rate.count(Caller.ANONYMOUS, () -> address);
    }

    assertThatThrownBy(() -> rate.count(Caller.ANONYMOUS, () -> network + ":ffff%eth0")).isInstanceOf(LimitReached.class);
    rate.count(Caller.ANONYMOUS, () -> network.replace(":1:", ":2:") + ":1");
  }

  @Test
  void anonymousCallsAreCountedByAddress() {
    String address = UUID.randomUUID().toString();
    for (int i = 0; i < LIMIT; i++) {
      rate.count(Caller.ANONYMOUS, () -> address);
    }

    assertThatThrownBy(() -> rate.count(Caller.ANONYMOUS, () -> address)).isInstanceOf(LimitReached.class);
    rate.count(Caller.ANONYMOUS, UUID.randomUUID()::toString);
  }

  @Test
  void keysThatAreMadeUpForEachCallAreCountedByAddress() {
    String address = UUID.randomUUID().toString();
    for (int i = 0; i < 10 * LIMIT; i++) {
      rate.count(client(), () -> address);
    }

    assertThatThrownBy(() -> rate.count(client(), () -> address)).isInstanceOf(LimitReached.class)
        .hasMessage("Too many requests: with keys that are not in API_ALLOWED_KEYS, an address may send 30 a minute");
    rate.count(client(), UUID.randomUUID()::toString);
  }

  @Test
  void keysThatAreListedAreCountedOnlyForThemselves() {
    RequestRate listed = rate(Platform.servers().redisUrl(), Set.of("key"));
    String address = UUID.randomUUID().toString();

    assertThatCode(() -> IntStream.range(0, 11 * LIMIT).forEach(i -> listed.count(client(), () -> address)))
        .doesNotThrowAnyException();
  }

  @Test
  void theAdministratorIsNotCounted() {
    count(rate, new Caller.Administrator("admin-key", Origin.NODE), 2 * LIMIT);
  }

  private static void count(RequestRate rate, Caller caller, int times) {
    for (int i = 0; i < times; i++) {
      rate.count(caller, () -> "127.0.0.1");
    }
  }

  private static Caller client() {
    return new Caller.Client("key_" + UUID.randomUUID(), "key", Origin.NODE);
  }

  private RequestRate rate(URI redis) {
    return rate(redis, Set.of());
  }

  private RequestRate rate(URI redis, Set<String> listedKeys) {
    Settings settings = Settings.read(Map.of("REDIS_URL", redis.toString(), "API_ALLOWED_KEYS", String.join(",", listedKeys),
        "API_RATE_LIMIT", Integer.toString(LIMIT)));
    return new RequestRate(settings, new RedisLink(settings, clock), clock);
  }
}

package org.zimage.redis;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import org.zimage.settings.RedisSettings;
import org.zimage.settings.Settings;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The connection to Redis: to one server, to one that sentinels know, or to a cluster. It has a circuit breaker: after a failure Redis
 * is not tried for some seconds, so that callers lose almost no time while it is away. Owns a pool of connections, which ends with the
 * application. Thread-safe.
 */
@Singleton
public class RedisLink implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RedisLink.class.getName());
  private static final int TIMEOUT_MILLIS = 250;
  /** After which a subscription is taken for dead: a host that loses its power says nothing, and nor does its server's end. */
  private static final int LONGEST_SILENCE_MILLIS = 10_000;
  private static final int CONNECTIONS = 16;
  private static final Duration PAUSE = Duration.ofSeconds(5);
  /** A cluster says where a key is now; then it is asked once more. */
  private static final int CLUSTER_ATTEMPTS = 3;

  private final RedisSettings settings;
  private final SSLSocketFactory tls;
  private final Clock clock;
  /** Made when it is needed: to find the server, sentinels and clusters are asked. After a failure another one is made. */
  private final AtomicReference<UnifiedJedis> client = new AtomicReference<>();
  /** When Redis is to be tried again; null while it is well. */
  private final AtomicReference<Instant> closedUntil = new AtomicReference<>();

  @Inject
  public RedisLink(Settings settings, Clock clock) {
    this.settings = settings.redis();
    this.tls = settings.authorities().socketFactory();
    this.clock = clock;
  }

  /** A certificate that is trusted must be that host's, too. */
  private static SSLParameters verifiedName() {
    SSLParameters parameters = new SSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  /** Asks Redis; empty when it is away, or has nothing to say. */
  public <T> Optional<T> ask(Function<UnifiedJedis, T> question) {
    if (isPaused()) {
      return Optional.empty();
    }
    UnifiedJedis asked = null;
    try {
      asked = client();
      Optional<T> answer = Optional.ofNullable(question.apply(asked));
      if (closedUntil.getAndSet(null) != null) {
        LOG.info("Redis answers again");
      }
      return answer;
    } catch (JedisException | IllegalStateException e) {
      // The latter comes from a cluster's pipeline, which passes a lost connection over and has no answers then
      if (closedUntil.getAndSet(clock.instant().plus(PAUSE)) == null) {
        LOG.warning("Redis is away (" + settings.place() + "), no step-by-step progress and no shared counts until it is back: "
            + e.getMessage());
      }
      // Its other connections are as dead as this one, and would each look like another failure
      discard(asked);
      return Optional.empty();
    }
  }

  private boolean isPaused() {
    Instant until = closedUntil.get();
    return until != null && clock.instant().isBefore(until);
  }

  /**
   * Hears channels, until the listener unsubscribes. Whoever has nothing to hear for ten seconds asks for an answer meanwhile
   * ({@link JedisPubSub#ping()}).
   *
   * @throws JedisException when Redis is away, goes away, or says nothing for ten seconds
   */
  public void subscribe(JedisPubSub listener, String... channels) {
    client().subscribe(listener, channels);
  }

  private UnifiedJedis client() {
    UnifiedJedis known = client.get();
    return known != null ? known : newClient();
  }

  /** Sentinels and clusters are asked at once. Whoever has waited for another caller, who was not answered, does not ask again. */
  private synchronized UnifiedJedis newClient() {
    if (client.get() == null) {
      if (isPaused()) {
        throw new JedisConnectionException("Redis did not answer a moment ago");
      }
      client.set(connect());
    }
    return client.get();
  }

  private void discard(UnifiedJedis failed) {
    if (failed != null && client.compareAndSet(failed, null)) {
      failed.close();
    }
  }

  private UnifiedJedis connect() {
    Set<HostAndPort> servers = settings.servers().stream().map(server -> new HostAndPort(server.host(), server.port()))
        .collect(Collectors.toSet());
    JedisClientConfig config = config(settings.user(), settings.password(), settings.database());
    return switch (settings.kind()) {
      case ONE_SERVER -> RedisClient.builder().hostAndPort(servers.iterator().next()).clientConfig(config).poolConfig(pool()).build();
      case SENTINEL -> RedisSentinelClient.builder().masterName(settings.master()).sentinels(servers)
          .sentinelClientConfig(config(settings.sentinelUser(), settings.sentinelPassword(), 0)).clientConfig(config)
          .poolConfig(pool()).build();
      case CLUSTER -> RedisClusterClient.builder().nodes(servers).clientConfig(config).poolConfig(pool())
          .maxAttempts(CLUSTER_ATTEMPTS).maxTotalRetriesDuration(Duration.ofMillis(2 * TIMEOUT_MILLIS)).build();
    };
  }

  private JedisClientConfig config(String user, String password, int database) {
    return DefaultJedisClientConfig.builder().user(user).password(password).database(database).serverDefaultProtocol()
        .ssl(settings.encrypted()).sslSocketFactory(tls).sslParameters(verifiedName())
        .connectionTimeoutMillis(TIMEOUT_MILLIS).socketTimeoutMillis(TIMEOUT_MILLIS)
        .blockingSocketTimeoutMillis(LONGEST_SILENCE_MILLIS).build();
  }

  private static ConnectionPoolConfig pool() {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(CONNECTIONS);
    pool.setMaxIdle(CONNECTIONS);
    pool.setMaxWait(Duration.ofMillis(TIMEOUT_MILLIS));
    return pool;
  }

  @Override
  @PreDestroy
  public void close() {
    discard(client.get());
  }
}

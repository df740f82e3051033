package org.zimage.redis;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.logging.Logger;
import javax.net.ssl.SSLParameters;
import org.zimage.settings.Settings;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * The way to Redis, with a circuit breaker: after a failure it is not tried again for some seconds, so that a server
 * that is away costs its callers next to nothing. Owns a pool of connections, which ends with the application.
 * Thread-safe.
 */
@Singleton
public class RedisLink implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RedisLink.class.getName());
  private static final int TIMEOUT_MILLIS = 250;
  private static final int CONNECTIONS = 16;
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final HostAndPort address;
  private final JedisClientConfig config;
  private final RedisClient client;
  private final Clock clock;
  /** When Redis is to be tried again; null while it is well. */
  private final AtomicReference<Instant> closedUntil = new AtomicReference<>();

  @Inject
  public RedisLink(Settings settings, Clock clock) {
    URI url = settings.redisUrl();
    this.clock = clock;
    this.address = JedisURIHelper.getHostAndPort(url);
    this.config = DefaultJedisClientConfig.builder()
        .user(JedisURIHelper.getUser(url))
        .password(JedisURIHelper.getPassword(url))
        .database(JedisURIHelper.getDBIndex(url))
        .serverDefaultProtocol()
        .ssl(JedisURIHelper.isRedisSSLScheme(url))
        .sslSocketFactory(settings.authorities().socketFactory())
        .sslParameters(verifiedName())
        .connectionTimeoutMillis(TIMEOUT_MILLIS)
        .socketTimeoutMillis(TIMEOUT_MILLIS)
        .build();
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(CONNECTIONS);
    pool.setMaxIdle(CONNECTIONS);
    pool.setMaxWait(Duration.ofMillis(TIMEOUT_MILLIS));
    this.client = RedisClient.builder().hostAndPort(address).clientConfig(config).poolConfig(pool).build();
  }

  /** A certificate that is trusted must be that host's, too. */
  private static SSLParameters verifiedName() {
    SSLParameters parameters = new SSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  /** Asks Redis; empty when it is away, or has nothing to say. */
  public <T> Optional<T> ask(Function<RedisClient, T> question) {
    Instant until = closedUntil.get();
    if (until != null && clock.instant().isBefore(until)) {
      return Optional.empty();
    }
    try {
      Optional<T> answer = Optional.ofNullable(question.apply(client));
      if (closedUntil.getAndSet(null) != null) {
        LOG.info("Redis answers again");
      }
      return answer;
    } catch (JedisException e) {
      if (closedUntil.getAndSet(clock.instant().plus(PAUSE)) == null) {
        LOG.warning("Redis is away (" + address + "), no step-by-step progress and no shared counts until it is back: "
            + e.getMessage());
      }
      // The other connections are as dead as this one, and would each look like another failure
      client.getPool().clear();
      return Optional.empty();
    }
  }

  public HostAndPort address() {
    return address;
  }

  public JedisClientConfig config() {
    return config;
  }

  @Override
  @PreDestroy
  public void close() {
    client.close();
  }
}

package org.zimage.health;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Lets the log say once, for as long as it lasts, that one of the server's pools gets no connection. The server says it several times
 * for every attempt, on Payara Micro without its words; whoever wanted the connection is told, too, and tries again. Thread-safe.
 */
public final class PoolsInLog implements Filter {
  private static final String DOMAIN = "javax.enterprise.resource.resourceadapter.com.sun.";
  /** Held here, because the JDK forgets loggers, and with them their filters, that nobody holds. */
  private static final List<Logger> LOGGERS = Stream.of("enterprise.connectors", "enterprise.resource.allocator",
      "enterprise.resource.pool.resizer", "gjc.spi").map(name -> Logger.getLogger(DOMAIN + name)).toList();
  /** The pool, and why: the keys of the server's own words for it. */
  private static final Set<String> POOL_AND_REASON =
      Set.of("poolmgr.create_resource_error", "poolmgr.get_connection_failure", "resource_pool.resize_pool_error");
  /** After one of those, without the pool's name. */
  private static final String REASON_ONLY = "jdbc.exc_get_conn";
  private static final long OVER_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Map<String, Long> lastFailures = new ConcurrentHashMap<>();

  private PoolsInLog() { }

  /** From now on, for this process. */
  public static void sayItOnce() {
    PoolsInLog once = new PoolsInLog();
    LOGGERS.forEach(logger -> logger.setFilter(once));
  }

  @Override
  public boolean isLoggable(LogRecord record) {
    Object[] parameters = record.getParameters();
    if (!POOL_AND_REASON.contains(record.getMessage()) || parameters == null || parameters.length < 2) {
      return !REASON_ONLY.equals(record.getMessage());
    }
    long now = System.nanoTime();
    Long last = lastFailures.put(String.valueOf(parameters[0]), now);
    record.setResourceBundle(null);
    record.setMessage("The pool {0} gets no connection: {1}");
    record.setThrown(null);
    return last == null || now - last > OVER_NANOS;
  }
}

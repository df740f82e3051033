package org.zimage.log;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Logs in one line that one of the server's pools gets no connection, or that its connections break, once for as long as this lasts.
 * The server itself logs it several times for every attempt, with stack traces, and on Payara Micro by bare keys. The code that wanted
 * the connection gets an exception anyway, and tries again. Thread-safe.
 */
public final class PoolsInLog implements Filter {
  private static final String ADAPTERS = "javax.enterprise.resource.resourceadapter.com.sun.";
  /** Held here, because the JDK forgets loggers, and with them their filters, that nobody holds. */
  private static final List<Logger> LOGGERS = Stream.concat(
      Stream.of("enterprise.connectors", "enterprise.resource", "enterprise.resource.allocator", "enterprise.resource.pool",
          "enterprise.resource.pool.resizer", "enterprise.resource.rm", "gjc.spi", "gjc.spi.jdbc40").map(ADAPTERS::concat),
      Stream.of("javax.enterprise.resource.jta.com.sun.enterprise.transaction")).map(Logger::getLogger).toList();

  /** The keys of the server's words for a pool, and why it gets no connection. */
  private static final Set<String> NO_CONNECTION =
      Set.of("poolmgr.create_resource_error", "poolmgr.get_connection_failure", "resource_pool.resize_pool_error");
  /** And those for what else is met when the other side goes away. */
  private static final Set<String> BROKEN = Set.of("jdbc.exc_get_conn", "jdbc.unable_to_set_client_info", "poolmgr.system_exception",
      "poolmgr.unexpected_exception", "poolmgr.err_enlisting_res_in_getconn", "enterprise_distributedtx.some_excep");
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
    if (NO_CONNECTION.contains(record.getMessage()) && parameters != null && parameters.length > 1) {
      return isFirst(record, String.valueOf(parameters[0]), "The pool {0} gets no connection: {1}");
    }
    if (BROKEN.contains(record.getMessage())) {
      record.setParameters(null);
      return isFirst(record, "", "Connections of a pool are broken" + (record.getThrown() == null ? "" : ": " + record.getThrown()));
    }
    return true;
  }

  private boolean isFirst(LogRecord record, String subject, String words) {
    long now = System.nanoTime();
    Long last = lastFailures.put(subject, now);
    record.setResourceBundle(null);
    record.setMessage(words);
    record.setLevel(Level.WARNING);
    record.setThrown(null);
    return last == null || now - last > OVER_NANOS;
  }
}

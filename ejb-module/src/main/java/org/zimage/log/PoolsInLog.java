package org.zimage.log;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
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
  /** Any other key in place of words: what else the server meets when the other side goes away. */
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9]+([._-]+[A-Za-z0-9]+)+");
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
    if (record.getMessage() == null || record.getLevel().intValue() < Level.WARNING.intValue()) {
      return true;
    }
    Object[] parameters = record.getParameters() == null ? new Object[0] : record.getParameters();
    if (NO_CONNECTION.contains(record.getMessage()) && parameters.length > 1) {
      return isFirst(record, String.valueOf(parameters[0]), "The pool {0} gets no connection: {1}");
    }
    if (KEY.matcher(record.getMessage()).matches()) {
      String words = "Connections of a pool are broken: " + reason(record, parameters);
      record.setParameters(null);
      return isFirst(record, "", words);
    }
    return true;
  }

  /** The failure that stands behind all others, else what the server puts into its words, else their key. */
  private static String reason(LogRecord record, Object[] parameters) {
    return Stream.iterate(record.getThrown(), Objects::nonNull, Throwable::getCause).reduce((outer, inner) -> inner).map(Object::toString)
        .or(() -> Stream.of(parameters).map(String::valueOf).reduce((first, second) -> first + ", " + second))
        .orElse(record.getMessage());
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

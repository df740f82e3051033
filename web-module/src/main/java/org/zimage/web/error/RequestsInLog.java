package org.zimage.web.error;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zimage.error.Causes;

/**
 * Keeps Jersey and the server from writing a stack trace into the log for every caller who leaves while its answer is written, and for
 * every request that the server itself fails on: anybody could fill the disk with them. All else that they say stays. Thread-safe.
 */
public final class RequestsInLog implements Filter {
  /** Held here, because the JDK forgets loggers, and with them their filters, that nobody holds. */
  private static final List<Logger> LOGGERS = Stream.of("org.glassfish.jersey.server.ServerRuntime$Responder",
      "jakarta.enterprise.web", "jakarta.enterprise.web.core").map(Logger::getLogger).toList();

  /** The server's containers write a failure into the text of what they log, after the line that says where it was met. */
  private static final Pattern TRACE_IN_MESSAGE = Pattern.compile("^(Caused by: )?java\\.io\\.IOException\\b.*\\R\\tat ", Pattern.MULTILINE);
  /** The server's key for a failure of what hands requests over to the applications. */
  private static final String FAILED_REQUEST = "AS-WEB-CORE-00037";
  private static final long OVER_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final AtomicLong mayBeSaidAt = new AtomicLong(System.nanoTime());

  private RequestsInLog() { }

  /** From now on, for this process. */
  public static void withoutTraces() {
    RequestsInLog filter = new RequestsInLog();
    LOGGERS.forEach(logger -> logger.setFilter(filter));
  }

  @Override
  public boolean isLoggable(LogRecord record) {
    Throwable thrown = record.getThrown();
    if (Causes.of(thrown).anyMatch(IOException.class::isInstance)
        || record.getMessage() != null && TRACE_IN_MESSAGE.matcher(record.getMessage()).find()) {
      return false;
    }
    if (!FAILED_REQUEST.equals(record.getMessage()) || thrown == null || hasMetTheApplication(thrown)) {
      return true;
    }
    record.setResourceBundle(null);
    record.setMessage("The server failed on a request before it asked the application (it may do so again within a minute): " + thrown);
    record.setThrown(null);
    return isFirstInAMinute();
  }

  /** Java leaves the stack out of a failure that it has compiled; those of the application come through {@link ErrorMapper}. */
  private static boolean hasMetTheApplication(Throwable thrown) {
    return Arrays.stream(thrown.getStackTrace()).anyMatch(frame -> frame.getClassName().startsWith("org.zimage."));
  }

  private boolean isFirstInAMinute() {
    long now = System.nanoTime();
    long mayBeSaid = mayBeSaidAt.get();
    return now - mayBeSaid >= 0 && mayBeSaidAt.compareAndSet(mayBeSaid, now + OVER_NANOS);
  }
}

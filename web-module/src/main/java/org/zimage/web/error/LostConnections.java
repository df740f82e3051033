package org.zimage.web.error;

import java.io.IOException;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zimage.error.Causes;

/**
 * Keeps Jersey and the server from writing stack traces into the log for every caller who leaves while its answer is written:
 * anybody could fill the disk with them. All else that they say stays.
 */
public final class LostConnections implements Filter {
  /** Held here, because the JDK forgets loggers, and with them their filters, that nobody holds. */
  private static final List<Logger> LOGGERS = Stream.of("org.glassfish.jersey.server.ServerRuntime$Responder",
      "jakarta.enterprise.web", "jakarta.enterprise.web.core").map(Logger::getLogger).toList();

  /** The server's containers write a failure into the text of what they log, after the line that says where it was met. */
  private static final Pattern TRACE_IN_MESSAGE = Pattern.compile("^(Caused by: )?java\\.io\\.IOException\\b.*\\R\\tat ", Pattern.MULTILINE);

  private LostConnections() { }

  /** From now on, for this process. */
  public static void keepOutOfTheLog() {
    LOGGERS.forEach(logger -> logger.setFilter(new LostConnections()));
  }

  @Override
  public boolean isLoggable(LogRecord record) {
    return Causes.of(record.getThrown()).noneMatch(IOException.class::isInstance)
        && (record.getMessage() == null || !TRACE_IN_MESSAGE.matcher(record.getMessage()).find());
  }
}

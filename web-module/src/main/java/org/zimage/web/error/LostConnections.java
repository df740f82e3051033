package org.zimage.web.error;

import java.io.IOException;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Keeps Jersey from writing two stack traces into the log for every caller who leaves while its answer is written: anybody
 * could fill the disk with them. All else that Jersey says stays.
 */
public final class LostConnections implements Filter {
  /** Held here, because the JDK forgets loggers, and with them their filters, that nobody holds. */
  private static final Logger JERSEY = Logger.getLogger("org.glassfish.jersey.server.ServerRuntime$Responder");

  private LostConnections() { }

  /** From now on, for this process. */
  public static void keepOutOfTheLog() {
    JERSEY.setFilter(new LostConnections());
  }

  @Override
  public boolean isLoggable(LogRecord record) {
    for (Throwable cause = record.getThrown(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return false;
      }
    }
    return true;
  }
}

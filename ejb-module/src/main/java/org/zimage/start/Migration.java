package org.zimage.start;

import java.sql.SQLException;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.zimage.resources.DatabaseClock;
import org.zimage.schema.Schema;

/** Migrates the tables, however long the database is away, and logs what prevents it. */
final class Migration implements Runnable {
  private static final Logger LOG = Logger.getLogger(Migration.class.getName());
  private static final long PAUSE_MILLIS = 1_000;

  private final Schema schema;
  private final DatabaseClock clock;
  private String lastTrouble;

  Migration(Schema schema, DatabaseClock clock) {
    this.schema = schema;
    this.clock = clock;
  }

  /** Returns when the tables are ready, or when its thread is interrupted. */
  @Override
  public void run() {
    try {
      while (!isDone()) {
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isDone() {
    try {
      clock.measure();
      int run = schema.migrate();
      LOG.info("The database's tables are ready (" + run + " migrations were run)");
      return true;
    } catch (SQLException | RuntimeException | LinkageError e) {
      logTrouble(e.getMessage() == null ? e.toString() : onOneLine(e.getMessage()));
      return false;
    }
  }

  /** A migration that fails says it on many lines, the last of them with all of its statement. */
  private static String onOneLine(String message) {
    return message.lines().map(line -> line.strip().replaceAll("\\s+", " ")).takeWhile(line -> !line.startsWith("Statement :"))
        .filter(line -> !line.matches("-*")).collect(Collectors.joining("; "));
  }

  private void logTrouble(String trouble) {
    if (!trouble.equals(lastTrouble)) {
      LOG.severe("The database's tables are not ready, trying again every second: " + trouble);
    }
    lastTrouble = trouble;
  }
}

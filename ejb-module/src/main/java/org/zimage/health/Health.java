package org.zimage.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.zimage.progress.ProgressBoard;
import org.zimage.schema.Schema;

/** Looks after what this process needs. Thread-safe. */
@ApplicationScoped
public class Health {
  private static final Logger LOG = Logger.getLogger(Health.class.getName());
  private static final int TIMEOUT_SECONDS = 2;

  private final DataSource dataSource;
  private final Schema schema;
  private final ProgressBoard board;

  protected Health() {
    this(null, null, null);
  }

  @Inject
  public Health(DataSource dataSource, Schema schema, ProgressBoard board) {
    this.dataSource = dataSource;
    this.schema = schema;
    this.board = board;
  }

  /** Asks every server now. */
  public HealthReport check() {
    return new HealthReport(isDatabaseReachable(), schema.isCurrent(), board.isReachable());
  }

  private boolean isDatabaseReachable() {
    try (Connection connection = dataSource.getConnection()) {
      return connection.isValid(TIMEOUT_SECONDS);
    } catch (SQLException e) {
      LOG.log(Level.FINE, "The database is away", e);
      return false;
    }
  }
}

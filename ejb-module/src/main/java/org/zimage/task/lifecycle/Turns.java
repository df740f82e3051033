package org.zimage.task.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Locale;
import javax.sql.DataSource;

/**
 * Decides which node does a recurring chore: one node at a time, the first that asks after the pause. A turn is a row and no lock, so
 * that a node that stands still in the middle does not keep others from the next turn.
 *
 * <p>The turns of {@link Chore#LEASES} also show when the database could be reached. They leave a gap while it was down, stood still or
 * was cut off from all nodes, and when a replica took its place, because the row is replicated. Turns use the database's clock.
 * Thread-safe.
 */
@ApplicationScoped
public class Turns {
  /** Leases are renewed every two seconds, so that a shorter outage ends none. */
  private static final int BREAK_SECONDS = TaskLedger.LEASE_SECONDS / 2;

  private static final String TAKE = """
      INSERT INTO chores AS chore (name, begun_at, unbroken_since)
      SELECT ?, now.moment, now.moment
      FROM (SELECT clock_timestamp() AS moment, set_config('synchronous_commit', 'off', true) AS relaxed) now
      ON CONFLICT (name) DO UPDATE SET
        begun_at = excluded.begun_at,
        unbroken_since = CASE
          WHEN chore.begun_at BETWEEN excluded.begun_at - interval '%d seconds' AND excluded.begun_at
          THEN chore.unbroken_since ELSE excluded.begun_at END
      WHERE abs(extract(epoch FROM excluded.begun_at - chore.begun_at)) > ?""".formatted(BREAK_SECONDS);

  private final DataSource database;

  protected Turns() {
    this(null);
  }

  @Inject
  public Turns(DataSource database) {
    this.database = database;
  }

  /** What one node does for all. */
  public enum Chore {
    LEASES(1), DISPATCHING(1), LOST_MESSAGES(30), PICTURES(5), INPUTS(60), ADAPTERS(60), ENDS(5), FORGETTING(3600);

    private final int pauseSeconds;

    Chore(int pauseSeconds) {
      this.pauseSeconds = pauseSeconds;
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Whether it is this node's turn. A single statement outside of transactions: a node that stops behind it leaves no
   * row locked.
   *
   * @throws SQLException when the database cannot be reached
   */
  public boolean take(Chore chore) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement turn = connection.prepareStatement(TAKE)) {
      turn.setString(1, chore.word());
      turn.setInt(2, chore.pauseSeconds);
      return turn.executeUpdate() > 0;
    }
  }

  /**
   * The condition that the nodes have seen the database without a break for so long, and do still. It compares with the
   * moment at which the statement arrived: of a database that stands still in the middle of it, with the moment before.
   */
  public static String unbrokenFor(int seconds) {
    return """
        EXISTS (SELECT FROM chores WHERE name = '%s'
          AND begun_at > statement_timestamp() - interval '%d seconds'
          AND unbroken_since < statement_timestamp() - interval '%d seconds')"""
        .formatted(Chore.LEASES.word(), BREAK_SECONDS, seconds);
  }
}

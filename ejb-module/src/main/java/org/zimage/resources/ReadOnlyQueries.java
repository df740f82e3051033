package org.zimage.resources;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Runs statements that only read. A transaction of the server and entities for one statement cost several times as much as the
 * statement. Within a transaction, reads see its changes once they are written: they use its connection. Another one of the server's pool
 * is the same in a request, but not in a message-driven bean. Thread-safe.
 */
@ApplicationScoped
public class ReadOnlyQueries {
  /** Then the server gives a statement up. Whoever only stops waiting for it leaves the server at work. */
  private static final int LONGEST_SECONDS = 15;

  private final DataSource database;
  private final EntityManager entities;
  private final TransactionSynchronizationRegistry transactions;

  protected ReadOnlyQueries() {
    this(null, null, null);
  }

  @Inject
  public ReadOnlyQueries(DataSource database, EntityManager entities, TransactionSynchronizationRegistry transactions) {
    this.database = database;
    this.entities = entities;
    this.transactions = transactions;
  }

  /** Makes a value of a row. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /**
   * Runs one SELECT.
   *
   * @param values what its question marks stand for, in their order
   * @throws PersistenceException when the database is away, refuses it, or takes longer than 15 seconds
   */
  public <T> List<T> list(String sql, RowReader<T> reader, Object... values) {
    try {
      if (transactions.getTransactionStatus() == Status.STATUS_ACTIVE) {
        return list(entities.unwrap(Connection.class), sql, reader, values);
      }
      try (Connection connection = database.getConnection()) {
        return list(connection, sql, reader, values);
      }
    } catch (SQLException e) {
      throw new PersistenceException(e.getMessage(), e);
    }
  }

  private static <T> List<T> list(Connection connection, String sql, RowReader<T> reader, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setQueryTimeout(LONGEST_SECONDS);
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        List<T> found = new ArrayList<>();
        while (rows.next()) {
          found.add(reader.read(rows));
        }
        return found;
      }
    }
  }

  /** A point in time; null where there is none. */
  public static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}

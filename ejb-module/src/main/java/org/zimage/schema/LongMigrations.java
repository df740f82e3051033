package org.zimage.schema;

import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Lets a migration take as long as it needs: the pool's connections give up when the database says nothing for a while.
 */
final class LongMigrations implements Callback {
  private int usualMillis;

  @Override
  public boolean supports(Event event, Context context) {
    return event == Event.BEFORE_MIGRATE || event == Event.AFTER_MIGRATE || event == Event.AFTER_MIGRATE_ERROR;
  }

  @Override
  public boolean canHandleInTransaction(Event event, Context context) {
    return true;
  }

  @Override
  public void handle(Event event, Context context) {
    Connection connection = context.getConnection();
    try {
      if (event == Event.BEFORE_MIGRATE) {
        usualMillis = waitForEver(connection);
      } else {
        connection.setNetworkTimeout(Runnable::run, usualMillis);
      }
    } catch (SQLException e) {
      throw new FlywayException("The connection's patience cannot be set", e);
    }
  }

  /** @return how long the connection waited for an answer until now, in milliseconds */
  static int waitForEver(Connection connection) throws SQLException {
    int usual = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, 0);
    return usual;
  }

  @Override
  public String getCallbackName() {
    return "long migrations";
  }
}

package org.zimage.schema;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Connections of the pool for migrations, which may take as long as they need. Other connections give up when the database is silent
 * for a while, and the database ends a transaction that stands idle, such as the one that holds a lock while another connection
 * migrates.
 *
 * <p>Each setting holds for one transaction only, because a pooler in between, such as PgBouncer, may give every transaction another
 * connection.
 */
final class PatientConnections {
  private PatientConnections() { }

  static DataSource of(DataSource pool) {
    return proxy(DataSource.class, (method, arguments) -> method.getName().equals("getConnection")
        ? patient((Connection) call(pool, method, arguments)) : call(pool, method, arguments));
  }

  private static Connection patient(Connection connection) throws SQLException {
    int usualMillis = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, 0);
    return proxy(Connection.class, (method, arguments) -> {
      if (method.getName().equals("close") && !connection.isClosed()) {
        connection.setNetworkTimeout(Runnable::run, usualMillis);
      }
      Object answer = call(connection, method, arguments);
      if (method.getName().equals("setAutoCommit") && !(Boolean) arguments[0]) {
        stayIdle(connection);
      }
      return answer;
    });
  }

  private static void stayIdle(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
    }
  }

  private interface Call {
    Object make(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(Proxy.newProxyInstance(PatientConnections.class.getClassLoader(), new Class<?>[] {type},
        (proxy, method, arguments) -> call.make(method, arguments)));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}

package org.zimage.error;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Set;
import javax.transaction.xa.XAException;

/** Tells a database that is away, or gives a transaction up for another, from one that refuses a statement. */
public final class Outage {
  /**
   * Classes of SQLSTATE: connection exception, operator intervention (shutdown, still starting), insufficient resources
   * (connections, disk), and transaction rollback (a deadlock), after which the same transaction may succeed.
   */
  private static final Set<String> AWAY = Set.of("08", "40", "53", "57");

  private Outage() { }

  /** Whether this failure, or anything that caused it, is a database that cannot do it at this moment (HTTP: 503). */
  public static boolean isCauseOf(Throwable failure) {
    return Causes.of(failure).anyMatch(Outage::isOutage);
  }

  /**
   * Servers wrap what their pool meets into a type of the connector architecture, sometimes without its cause; and what meets
   * them at the end of a transaction, when nobody knows whether it was committed, into one of the transactions'.
   */
  private static boolean isOutage(Throwable cause) {
    return cause instanceof SQLException sql && isAway(sql) || cause instanceof jakarta.resource.ResourceException
        || cause instanceof XAException;
  }

  /** The first line of what caused a failure, for the log; what is around it repeats it, with the whole statement. */
  public static String reason(Throwable failure) {
    String reason = Causes.of(failure).map(Throwable::getMessage).filter(Objects::nonNull)
        .reduce(failure.toString(), (outer, inner) -> inner);
    return reason.lines().findFirst().orElse(reason);
  }

  private static boolean isAway(SQLException failure) {
    String state = failure.getSQLState();
    return failure instanceof SQLTransientConnectionException
        || state != null && state.length() == 5 && AWAY.contains(state.substring(0, 2))
        || failure.getMessage() != null && failure.getMessage().startsWith("Error in allocating a connection");
  }
}

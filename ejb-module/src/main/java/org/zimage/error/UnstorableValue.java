package org.zimage.error;

import jakarta.json.JsonValue;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.api.ValidationError.Problem;
import org.zimage.log.OnceInLog;

/** The net behind the checks of requests: values that only the database refuses. */
public final class UnstorableValue {
  /** Classes of SQLSTATE: data exception, integrity constraint violation. */
  private static final Set<String> CLASSES = Set.of("22", "23");
  private static final Logger LOG = Logger.getLogger(UnstorableValue.class.getName());
  private static final OnceInLog SAID = new OnceInLog();

  private UnstorableValue() { }

  /**
   * The answer to a request whose value the database has refused; the log says which check is missing, once of each
   * place.
   *
   * @param request what was asked for, as the log calls it
   * @return empty for every other failure
   */
  public static Optional<InvalidRequest> refusal(Throwable failure, String request) {
    return Causes.of(failure).filter(SQLException.class::isInstance).map(cause -> ((SQLException) cause).getSQLState())
        .filter(UnstorableValue::isRefusal).findFirst().map(state -> {
          if (SAID.isFirst(state + " " + request)) {
            LOG.log(Level.SEVERE, request + ": the database refuses a value (" + state + "), and no check has found it before",
                failure);
          }
          return new InvalidRequest(List.of(new Problem("value_error", List.of("request"),
              "Value error, a value of this request cannot be stored", JsonValue.NULL)));
        });
  }

  private static boolean isRefusal(String state) {
    return state != null && state.length() == 5 && CLASSES.contains(state.substring(0, 2));
  }
}

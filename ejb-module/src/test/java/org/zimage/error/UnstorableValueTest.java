package org.zimage.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.api.json.Bodies;
import org.zimage.platform.Platform;
import org.zimage.resources.ReadOnlyQueries;

@ExtendWith(Platform.class)
class UnstorableValueTest {

  /** A time, a number, a text, and a row without its key. */
  @ParameterizedTest
  @ValueSource(strings = {"SELECT CAST('300000-01-01' AS timestamptz)", "SELECT CAST('1e999999' AS numeric)",
      "SELECT convert_from(decode('00', 'hex'), 'UTF8')",
      "SELECT CAST('{\"a\":1e999999}' AS jsonb)",
      "INSERT INTO webhooks (task_id, url, events) VALUES ('none', '', '') RETURNING 1"})
  void aValueThatTheDatabaseRefusesIsARefusedRequest(String sql) {
    Throwable failure = catchThrowable(() -> Platform.bean(ReadOnlyQueries.class).list(sql, row -> row.getString(1)));

    assertThat(UnstorableValue.refusal(failure, "A request")).hasValueSatisfying(refusal ->
        assertThat(Bodies.text(refusal.problems())).isEqualTo("""
            [{"type":"value_error","loc":["request"],"msg":"Value error, a value of this request cannot be stored",\
            "input":null}]"""));
  }

  @Test
  void anotherFailureIsNone() {
    for (Throwable other : List.of(new PersistenceException(new SQLException("syntax error", "42601")),
        new PersistenceException(new SQLException("connection lost", "08006")), new IllegalStateException())) {
      assertThat(UnstorableValue.refusal(other, "A request")).isEmpty();
    }
  }
}

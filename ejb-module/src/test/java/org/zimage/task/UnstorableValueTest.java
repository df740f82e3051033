package org.zimage.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.platform.Platform;
import org.zimage.resources.Reads;

@ExtendWith(Platform.class)
class UnstorableValueTest {

  /** A time, a number, a text, and a row without its key. */
  @ParameterizedTest
  @ValueSource(strings = {"SELECT CAST('300000-01-01' AS timestamptz)", "SELECT CAST('1e999999' AS numeric)", "SELECT convert_from(decode('00', 'hex'), 'UTF8')",
      "SELECT CAST('{\"a\":1e999999}' AS jsonb)", "INSERT INTO webhooks (task_id, url, events) VALUES ('none', '', '') RETURNING 1"})
  void aValueThatTheDatabaseRefusesIsARefusedRequest(String sql) {
    Throwable failure = catchThrowable(() -> Platform.bean(Reads.class).list(sql, row -> row.getString(1)));

    assertThat(UnstorableValue.refusal(failure, "A request")).hasValueSatisfying(refusal ->
        assertThat(refusal.toJson()).hasToString("""
            [{"type":"value_error","loc":["request"],"msg":"Value error, a value of this request cannot be stored","input":null}]"""));
  }

  @Test
  void anotherFailureIsNone() {
    assertThat(UnstorableValue.refusal(new PersistenceException(new SQLException("syntax error", "42601")), "A request")).isEmpty();
    assertThat(UnstorableValue.refusal(new PersistenceException(new SQLException("connection lost", "08006")), "A request")).isEmpty();
    assertThat(UnstorableValue.refusal(new IllegalStateException(), "A request")).isEmpty();
  }
}

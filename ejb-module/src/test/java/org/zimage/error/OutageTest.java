package org.zimage.error;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionalException;
import java.io.EOFException;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Test;

class OutageTest {
  @Test
  void aConnectionThatBreaksIsAnOutage() {
    assertThat(Outage.isCauseOf(new IllegalStateException(new SQLException("An I/O error occurred", "08006"))))
        .isTrue();
  }

  /** As Payara Micro 6 throws it: the failure of the connection is only in the text. */
  @Test
  void aConnectionThatBreaksDuringTheCommitIsAnOutage() {
    SystemException commit = new SystemException();
    commit.initCause(new XAException("jakarta.resource.spi.LocalTransactionException: An I/O error occurred"));

    assertThat(Outage.isCauseOf(new TransactionalException("encountered exception during commit", commit))).isTrue();
  }

  @Test
  void aTransactionThatIsGivenUpForAnotherAndADatabaseWithoutRoomMayWorkLater() {
    assertThat(Outage.isCauseOf(new IllegalStateException(new SQLException("deadlock detected", "40P01")))).isTrue();
    assertThat(Outage.isCauseOf(new IllegalStateException(new SQLException("too many clients already", "53300")))).isTrue();
  }

  @Test
  void aStatementThatTheDatabaseRefusesIsNone() {
    assertThat(Outage.isCauseOf(new IllegalStateException(new SQLException("violates a constraint", "23505"))))
        .isFalse();
  }

  @Test
  void theReasonIsTheFirstLineOfWhatCausedItAndSaysSomething() {
    assertThat(Outage.reason(new IllegalStateException("around it", new SQLException("refused\nSELECT 1", new EOFException()))))
        .isEqualTo("refused");
    assertThat(Outage.reason(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
  }
}

package org.zimage.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;

@ExtendWith(Platform.class)
class OutboxTest {
  /** Some seconds where each message is looked up in the index, many minutes where each is compared with each other one. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Database database = new Database();
  private final Outbox outbox = Platform.bean(Outbox.class);

  @AfterEach
  void empty() {
    database.execute("DELETE FROM outgoing_messages");
  }

  @Test
  void isTakenFromAtOnceThoughItWasEmptyAMomentAgo() {
    insert(1);
    empty();
    database.execute("VACUUM (TRUNCATE false) outgoing_messages"); // which counts the messages: none
    for (int i = 0; i < 50; i++) { // by now, the database keeps a plan for this statement, on each connection
      outbox.take(10);
    }
    insert(100_000);

    List<Outbox.Taken> taken = Assertions.assertTimeoutPreemptively(PATIENCE, () -> outbox.take(10));

    assertThat(taken).hasSize(10);
  }

  private void insert(int messages) {
    database.execute("INSERT INTO outgoing_messages (message_id, destination, subject, type, properties, body)"
        + " SELECT gen_random_uuid(), 'topic:zimage.events', gen_random_uuid()::text, 'zimage.task.cancelled', '{}', '{}'"
        + " FROM generate_series(1, " + messages + ")");
  }
}

package org.zimage.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.persistence.EntityManager;
import jakarta.transaction.UserTransaction;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.activemq.artemis.core.security.CheckType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.broker.BrokerWatch;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;

/** Messages that cannot be sent, among others. */
@ExtendWith(Platform.class)
class RelayTest {
  private final Database database = new Database();

  @ParameterizedTest
  @ValueSource(strings = {"topic:zimage.events", "queue:zimage.dlq", "queue:shop.replies.relay"})
  void aMessageThatIsRefusedCostsItselfOnly(String destination) throws Exception {
    OutgoingMessage good = message(destination, "good", Map.of());
    // Refused three times already, while the other one waits for its turn
    add("UPDATE outgoing_messages SET attempts = CASE correlation_id WHEN 'bad' THEN 3 ELSE 0 END, "
        + "due_at = CASE correlation_id WHEN 'bad' THEN due_at ELSE 'infinity' END",
        message(destination, "bad", Map.of("no name", "x")), good);

    awaitWaiting(1);
    assertThat(database.row("SELECT message_id FROM outgoing_messages").get("message_id")).isEqualTo(good.id());
  }

  @Test
  void aMessageThatIsNoneCostsItselfOnly() throws Exception {
    try (JMSContext context = Platform.servers().connectionFactory().createContext();
        JMSConsumer replies = context.createConsumer(context.createQueue("shop.replies.none"))) {
      OutgoingMessage good = message("queue:shop.replies.none", "good", Map.of());
      add("UPDATE outgoing_messages SET attempts = 0",
          message("queue:shop.replies.none", "bad", Map.of("number", 1L << 40)), good);

      assertThat(replies.receive(Requester.PATIENCE_MILLIS).getJMSCorrelationID()).isEqualTo("good");
      awaitWaiting(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"topic:zimage.events", "queue:zimage.dlq"})
  void whatWeMayNotSendToOurOwnAddressWaitsUntilWeMay(String destination) throws Exception {
    BrokerWatch broker = Platform.bean(BrokerWatch.class);
    String address = Address.parse(destination).name();
    Platform.servers().forbid(CheckType.SEND, address);
    try {
      add("UPDATE outgoing_messages SET attempts = 5", message(destination, "patient", Map.of()));

      await().until(() -> database.number("SELECT count(*) FROM outgoing_messages WHERE attempts > 5") == 1);
      await().until(() -> broker.troubles().equals(List.of("permission send is missing for " + address)));
      await().until(() -> database.number("SELECT count(*) FROM outgoing_messages WHERE due_at > now() + interval '55 seconds'") == 1);
    } finally {
      Platform.servers().permit(address);
    }
    database.execute("UPDATE outgoing_messages SET due_at = now()");
    awaitWaiting(0);
    assertThat(broker.troubles()).isEmpty();
  }

  private void awaitWaiting(int messages) {
    await().until(() -> {
      Platform.bean(Relay.class).wake();
      return database.number("SELECT count(*) FROM outgoing_messages") == messages;
    });
  }

  private static OutgoingMessage message(String destination, String correlationId, Map<String, Object> properties) {
    return new OutgoingMessage(UUID.randomUUID(), Address.parse(destination), UUID.randomUUID().toString(), "rejected",
        correlationId, properties, "{}");
  }

  private static void add(String then, OutgoingMessage... messages) throws Exception {
    UserTransaction transaction = Platform.bean(UserTransaction.class);
    transaction.begin();
    Platform.bean(Outbox.class).add(List.of(messages));
    Platform.bean(EntityManager.class).createNativeQuery(then).executeUpdate();
    transaction.commit();
  }
}

package org.zimage.launcher.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Queue;
import java.nio.file.Path;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that others may fill with 3 MB, in five queues. */
class OthersQueuesPluginTest {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int MEGABYTE = 1_000_000;

  @TempDir
  private Path folder;

  private final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();

  @BeforeEach
  void start() throws Exception {
    Configuration configuration = new ConfigurationImpl().setSecurityEnabled(false).setJMXManagementEnabled(false)
        .setJournalDirectory(folder.resolve("journal").toString()).setBindingsDirectory(folder.resolve("bindings").toString())
        .setPagingDirectory(folder.resolve("paging").toString())
        .setLargeMessagesDirectory(folder.resolve("large-messages").toString()).addAcceptorConfiguration("own", "vm://7");
    configuration.registerBrokerPlugin(new OthersQueuesPlugin(3 * MEGABYTE, 5));
    broker.setConfiguration(configuration).start();
  }

  @AfterEach
  void stop() throws Exception {
    broker.stop();
  }

  @Test
  void whatNobodyReadsIsRefusedInTheEndAndTakenAgainWhenSomebodyDoes() throws JMSException {
    try (JMSContext client = connect(null)) {
      Queue queue = client.createQueue("shop.orders");
      assertThatThrownBy(() -> sendFive(client, queue)).isInstanceOf(JMSRuntimeException.class)
          .hasMessageContaining("The queues of others have at most 3000000 bytes together");

      JMSConsumer consumer = client.createConsumer(queue);
      for (int i = 0; i < 3; i++) {
        assertThat(consumer.receive(PATIENCE_MILLIS)).isNotNull();
      }
      // the acknowledgements of what was read travel behind the reading
      await().untilAsserted(() -> assertThatCode(() -> client.createProducer().send(queue, "an order")).doesNotThrowAnyException());
    }
  }

  @Test
  void whatOthersHaveKeepsNoRequestAndNoAnswerOfANodeAway() {
    try (JMSContext client = connect(null); JMSContext node = connect("zimage")) {
      assertThatThrownBy(() -> sendFive(client, client.createQueue("shop.orders"))).isInstanceOf(JMSRuntimeException.class);

      client.createProducer().send(client.createQueue("zimage.requests"), "a request");
      node.createProducer().send(node.createQueue("replies.shop"), "an answer");
    }
  }

  @Test
  void queuesAreCounted() {
    try (JMSContext client = connect(null); JMSContext node = connect("zimage")) {
      for (int i = 0; i < 5; i++) {
        client.createTemporaryQueue();
      }

      assertThatThrownBy(client::createTemporaryQueue).isInstanceOf(JMSRuntimeException.class)
          .hasMessageContaining("Others have at most 5 queues together");
      node.createTemporaryQueue();
    }
  }

  private static JMSContext connect(String user) {
    ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory("vm://7");
    return user == null ? factory.createContext() : factory.createContext(user, "password");
  }

  private static void sendFive(JMSContext client, Queue queue) {
    JMSProducer producer = client.createProducer();
    for (int i = 0; i < 5; i++) {
      BytesMessage message = client.createBytesMessage();
      try {
        message.writeBytes(new byte[MEGABYTE]);
      } catch (JMSException impossible) {
        throw new IllegalStateException(impossible);
      }
      producer.send(queue, message);
    }
  }
}

package org.zimage.message;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyAddressesTest {
  private final ReplyAddresses addresses = new ReplyAddresses(Set.of("shop.replies", "crm.", "zimage", "activemq", "$sys"));

  @ParameterizedTest
  @ValueSource(strings = {"3d8f5c9e-0000-4000-8000-000000000001", "shop.replies", "shop.replies.17", "crm.Antworten/ö", "crm.a:b"})
  void answersGoToTemporaryQueuesAndToThoseThatAreSet(String name) {
    assertThatCode(() -> addresses.require(Address.queue(name))).doesNotThrowAnyException();
    assertThatCode(() -> addresses.require(Address.topic(name))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders", "orders.new", "shop", "SHOP.replies", "", " crm.a", "crm.a b", "crm.a\u0000", "queue://crm.a",
      "zimage.events", "zimage.dlq", "zimage.generate", "Zimage.Requests", "activemq.management", "activemq.notifications",
      "$sys.mqtt", "jms.queue.zimage.events", "jms.queue.shop.replies", "crm.a::zimage.generate", "zimage.events::crm.a", "crm.#",
      "crm.*", "crm.>", "crm.a?auto-delete=true", "crm.a,zimage.dlq", "topic://zimage.events",
      "3d8f5c9e-0000-4000-8000-000000000001::zimage.generate"})
  void andNowhereElse(String name) {
    assertThatThrownBy(() -> addresses.require(Address.queue(name))).isInstanceOf(UnreadableMessage.class)
        .hasMessageContaining("ZIMAGE_REPLY_PREFIXES");
  }
}

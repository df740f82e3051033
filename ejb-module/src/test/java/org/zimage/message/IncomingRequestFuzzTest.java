package org.zimage.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.client.impl.ClientMessageImpl;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;

import org.zimage.settings.Settings;

/** Messages as the broker hands them over, whoever sent them: each is a request, or is refused with a reason. */
class IncomingRequestFuzzTest {
  private static final String[] PROPERTIES = {"version", "auth_key", "idempotency_key", "JMSReplyTo", "JMSXGroupID", "other"};

  @FuzzTest
  void message(FuzzedDataProvider data) throws JMSException {
    jakarta.jms.Message message = received(data);
    try {
      Address.replyTo(message);
      try (IncomingRequest request = IncomingRequest.read(message, Settings.DEFAULT_MAX_INPUT_BYTES)) {
        assertThat(request.body()).isNotNull();
      }
    } catch (UnreadableMessage | MessageFormatException refused) {
      assertThat(refused).message().isNotEmpty();
    }
  }

  private static jakarta.jms.Message received(FuzzedDataProvider data) throws JMSException {
    byte type = data.pickValue(new byte[] {Message.TEXT_TYPE, Message.BYTES_TYPE, Message.DEFAULT_TYPE});
    ClientMessageImpl core = new ClientMessageImpl(type, true, 0, 0, (byte) 4, 256);
    while (data.consumeBoolean()) {
      String name = data.pickValue(PROPERTIES);
      switch (data.consumeInt(0, 7)) {
        case 0 -> core.putStringProperty(name, data.consumeString(100));
        case 1 -> core.putBytesProperty(name, data.consumeBytes(100));
        case 2 -> core.putLongProperty(name, data.consumeLong());
        case 3 -> core.putDoubleProperty(name, data.consumeDouble());
        case 4 -> core.putBooleanProperty(name, data.consumeBoolean());
        case 5 -> core.putCharProperty(name, data.consumeChar());
        case 6 -> core.putByteProperty(name, data.consumeByte());
        default -> core.putObjectProperty(name, null);
      }
    }
    core.getBodyBuffer().writeBytes(data.consumeRemainingAsBytes());
    ActiveMQMessage message = ActiveMQMessage.createMessage(core, null);
    try {
      message.doBeforeReceive();
      return message;
    } catch (ActiveMQException | RuntimeException unreadable) {
      // The broker's own client does not hand over what it cannot read
      return new ActiveMQMessage(core, null);
    }
  }
}

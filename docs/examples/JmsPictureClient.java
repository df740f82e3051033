import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * Asks for pictures by JMS and waits for them, without an application server.
 *
 * <p>Usage: java -cp LIBRARIES JmsPictureClient.java [USER:PASSWORD@]HOST:PORT KEY PROMPT [COUNT], where the libraries are
 * org.apache.artemis:artemis-jakarta-client and what it needs. With BROKER_AUTHORITY=authority.pem the connection is encrypted, and
 * the broker's certificate must be of that authority.
 */
public class JmsPictureClient {
  private static final long LONGEST_WAIT_MILLIS = 300_000;

  private final JMSContext context;
  private final Queue replies;
  private final Set<String> waiting = new HashSet<>();

  private JmsPictureClient(JMSContext context) {
    this.context = context;
    this.replies = context.createTemporaryQueue();
  }

  public static void main(String[] arguments) throws JMSException {
    int count = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1;
    boolean succeeded;
    int at = arguments[0].lastIndexOf('@');
    String[] account = at < 0 ? new String[2] : arguments[0].substring(0, at).split(":", 2);
    String authority = System.getenv("BROKER_AUTHORITY");
    String encryption = authority == null ? "" : "?sslEnabled=true&trustStoreType=PEMCA&trustStorePath=" + authority;
    try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory("tcp://" + arguments[0].substring(at + 1) + encryption);
        JMSContext context = factory.createContext(account[0], account[1])) {
      JmsPictureClient client = new JmsPictureClient(context);
      for (int i = 0; i < count; i++) {
        client.ask(arguments[1], arguments[2]);
      }
      succeeded = client.awaitAll();
    }
    System.exit(succeeded ? 0 : 1);
  }

  private void ask(String key, String prompt) throws JMSException {
    String order = UUID.randomUUID().toString();
    TextMessage request = context.createTextMessage(
        "{\"prompt\": \"" + prompt.replace("\\", "\\\\").replace("\"", "\\\"")
            + "\", \"width\": 64, \"height\": 64, \"num_inference_steps\": 1}");
    request.setJMSReplyTo(replies);
    request.setJMSCorrelationID(order);
    request.setStringProperty("auth_key", key);
    request.setStringProperty("idempotency_key", order);
    context.createProducer().send(context.createQueue("zimage.requests"), request);
    waiting.add(order);
  }

  private boolean awaitAll() throws JMSException {
    boolean succeeded = true;
    try (JMSConsumer consumer = context.createConsumer(replies)) {
      while (!waiting.isEmpty()) {
        Message answer = consumer.receive(LONGEST_WAIT_MILLIS);
        if (answer == null) {
          return false;
        }
        String type = answer.getStringProperty("type");
        String body = answer.getBody(String.class);
        System.out.println(type + " " + answer.getJMSCorrelationID() + " " + body);
        if (!type.equals("accepted")) {
          waiting.remove(answer.getJMSCorrelationID());
          succeeded &= type.equals("completed") && body.contains("\"status\":\"SUCCESS\"");
        }
      }
    }
    return succeeded;
  }
}

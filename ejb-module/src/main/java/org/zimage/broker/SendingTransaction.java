package org.zimage.broker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Session;

/**
 * Sends messages together: the broker answers, and writes to its disk, once for all of them instead of once for each. It has all of them
 * or none. Uses a session, because Artemis' resource adapter gives no {@code JMSContext} with a transaction of its own. Thread-safe.
 */
@ApplicationScoped
public class SendingTransaction {
  private final ConnectionFactory connections;

  protected SendingTransaction() {
    this(null);
  }

  @Inject
  public SendingTransaction(ConnectionFactory connections) {
    this.connections = connections;
  }

  /** Messages that a session sends. */
  @FunctionalInterface
  public interface Messages {
    void send(Session session) throws JMSException;
  }

  /**
   * Sends them and commits.
   *
   * @throws JMSSecurityRuntimeException when a permission is missing for one of them
   * @throws JMSRuntimeException when the broker cannot be reached, or refuses one of them; it may say so only at the end. When the
   *     connection breaks there, the broker may have them all the same
   */
  public void send(Messages messages) {
    try (Connection connection = connections.createConnection();
        Session session = connection.createSession(true, Session.SESSION_TRANSACTED)) {
      try {
        messages.send(session);
        session.commit();
      } catch (JMSException | RuntimeException failure) {
        rollBack(session, failure);
        throw failure;
      }
    } catch (JMSException e) {
      throw BrokerFailure.unchecked(e);
    }
  }

  /** The pool does not: whoever takes this connection next would send what is left in it. */
  private static void rollBack(Session session, Exception failure) {
    try {
      session.rollback();
    } catch (JMSException connectionLost) {
      failure.addSuppressed(connectionLost);
    }
  }
}

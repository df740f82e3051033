package org.zimage.message;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.health.OnceInLog;
import org.zimage.health.Outage;
import org.zimage.schema.Schema;
import org.zimage.task.GenerationRequest;

/**
 * Takes requests that other systems send as messages. When a call returns, the request is a task and its answer is in
 * the outbox, or it is refused, and that answer is in the outbox. Thread-safe.
 */
@ApplicationScoped
public class Requests {
  public static final String QUEUE = "zimage.requests";

  private static final Logger LOG = Logger.getLogger(Requests.class.getName());

  /** A message may be delivered again. */
  private static final OnceInLog SAID = new OnceInLog();

  /** How long a message is kept while the database is away, before it is left to the broker's redelivery. */
  private static final int PATIENCE_SECONDS = 30;

  private final Schema schema;
  private final Acceptance acceptance;
  private final Replies replies;

  protected Requests() {
    this(null, null, null);
  }

  @Inject
  public Requests(Schema schema, Acceptance acceptance, Replies replies) {
    this.schema = schema;
    this.acceptance = acceptance;
    this.replies = replies;
  }

  /**
   * Takes a message; one that was taken before and is delivered again changes nothing.
   *
   * @throws IllegalStateException when the database is away for long: the message must come again
   */
  public void take(Message message) throws JMSException {
    ReturnAddress back = ReturnAddress.of(message);
    for (int second = 0; second < PATIENCE_SECONDS; second++) {
      if (schema.isCurrent() && tryToTake(message, back)) {
        return;
      }
      pause();
    }
    throw new IllegalStateException("Request " + back.request() + " must come again: the database is away");
  }

  /** @return false when the database is away */
  private boolean tryToTake(Message message, ReturnAddress back) throws JMSException {
    try {
      acceptOrRefuse(message, back);
      return true;
    } catch (RuntimeException failure) {
      if (Outage.isCauseOf(failure)) {
        return false;
      }
      throw failure;
    }
  }

  private void acceptOrRefuse(Message message, ReturnAddress back) throws JMSException {
    try {
      acceptance.accept(IncomingRequest.read(message), back);
    } catch (RuntimeException failure) {
      if (Outage.isCauseOf(failure)) {
        throw failure;
      }
      Refusal refusal = Refusal.of(failure);
      if (refusal.isOurFault() && SAID.isFirst(back.request())) {
        LOG.log(Level.SEVERE, "Request " + back.request() + " failed", failure);
      }
      replies.rejected(refusal, back, text(message));
    }
  }

  /** What operators may want to see of a message that was refused. */
  private static String text(Message message) throws JMSException {
    String text = message instanceof TextMessage readable ? readable.getText() : null;
    boolean kept = text != null && text.length() <= GenerationRequest.MAX_BYTES;
    return kept ? text.replace("\0", "\\u0000") : "";
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the database is away: the message must come again", e);
    }
  }
}

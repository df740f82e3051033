package org.zimage.message;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.audit.Actor;
import org.zimage.audit.Deed;
import org.zimage.audit.Origin;
import org.zimage.audit.Refusals;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.error.Answer;
import org.zimage.error.Outage;
import org.zimage.input.InputPictures;
import org.zimage.log.OnceInLog;
import org.zimage.request.JsonText;
import org.zimage.request.RequestTooLong;
import org.zimage.schema.Schema;
import org.zimage.settings.Settings;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.IdempotencyKeys;
import org.zimage.task.submission.Submission;

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

  private static final String DELIVERIES = "JMSXDeliveryCount";

  /** Artemis writes both into a message that it has given up. */
  private static final String ORIGIN = "_AMQ_ORIG_ADDRESS";
  private static final String EXPIRED_AT = "_AMQ_ACTUAL_EXPIRY";
  /** Selects, among dead letters, requests that the broker has given up. */
  public static final String DIED_THERE = ORIGIN + " = '" + QUEUE + "'";

  private final Schema schema;
  private final InputPictures inputs;
  private final Submission submission;
  private final IdempotencyKeys idempotencyKeys;
  private final Replies replies;
  private final ReplyAddresses replyAddresses;
  private final Attempts attempts;
  private final Callers callers;
  private final Refusals refusals;
  private final long maxBytes;

  protected Requests() {
    this.schema = null;
    this.inputs = null;
    this.submission = null;
    this.idempotencyKeys = null;
    this.replies = null;
    this.replyAddresses = null;
    this.attempts = null;
    this.callers = null;
    this.refusals = null;
    this.maxBytes = 0;
  }

  @Inject
  public Requests(Schema schema, InputPictures inputs, Submission submission, IdempotencyKeys idempotencyKeys, Replies replies,
      ReplyAddresses replyAddresses, Attempts attempts, Callers callers, Refusals refusals, Settings settings) {
    this.schema = schema;
    this.inputs = inputs;
    this.submission = submission;
    this.idempotencyKeys = idempotencyKeys;
    this.replies = replies;
    this.replyAddresses = replyAddresses;
    this.attempts = attempts;
    this.callers = callers;
    this.refusals = refusals;
    this.maxBytes = settings.maxInputBytes();
  }

  /**
   * Takes a message; one that was taken before and is delivered again changes nothing. It keeps the message for as long as
   * the database is away: given back, it would use up the deliveries after which the broker gives it up.
   *
   * @throws IllegalStateException when this thread is interrupted meanwhile: the message must come again
   */
  public void take(Message message) throws JMSException {
    whileTheDatabaseIsAway(message, this::acceptOrRefuse);
  }

  /**
   * Answers a request that the broker has given up, because it expired or could not be handled; it has its sender's key, and so
   * is kept nowhere.
   *
   * @throws IllegalStateException as {@link #take} does
   */
  public void takeDead(Message message) throws JMSException {
    whileTheDatabaseIsAway(message, this::answerDead);
  }

  /** Whether a dead letter is a request. */
  public static boolean hasDied(Message message) throws JMSException {
    return message.propertyExists(ORIGIN) && QUEUE.equals(message.getStringProperty(ORIGIN));
  }

  /** What is done with a message. */
  @FunctionalInterface
  private interface Step {
    void take(Message message) throws JMSException;
  }

  private void whileTheDatabaseIsAway(Message message, Step step) throws JMSException {
    while (!(schema.isCurrent() && tried(message, step))) {
      pause();
    }
  }

  /** @return false when the database is away */
  private static boolean tried(Message message, Step step) throws JMSException {
    try {
      step.take(message);
      return true;
    } catch (RuntimeException failure) {
      if (Outage.isCauseOf(failure)) {
        return false;
      }
      throw failure;
    }
  }

  private void acceptOrRefuse(Message message) throws JMSException {
    ReturnAddress back = ReturnAddress.nobody(message);
    try {
      back = ReturnAddress.of(message, replyAddresses);
      accept(message, back);
    } catch (MessageFormatException unreadable) {
      refuse(message, back, new UnreadableMessage(UnreadableMessage.UNPROCESSABLE,
          "A property is no text (" + unreadable.getMessage() + ")"));
    } catch (RuntimeException failure) {
      if (Outage.isCauseOf(failure)) {
        throw failure;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("Interrupted while the request was read: the message must come again", failure);
      }
      refuse(message, back, failure);
    }
  }

  private void accept(Message message, ReturnAddress back) throws JMSException {
    try (IncomingRequest request = IncomingRequest.read(message, maxBytes)) {
      int deliveries = message.propertyExists(DELIVERIES) ? message.getIntProperty(DELIVERIES) : 1;
      if (deliveries > 1) {
        attempts.begin(request.name(), deliveries);
      }
      accept(request, back);
      if (deliveries > 1) {
        attempts.end(request.name());
      }
    }
  }

  /** Makes it a task, by the same rules as HTTP, and its answer a part of the same transaction. */
  private void accept(IncomingRequest request, ReturnAddress back) {
    Caller caller = callers.identify(request.authKey(), Origin.JMS);
    try {
      GenerationRequest wanted = inputs.receive(request.body().open(), caller);
      submission.submit(wanted, caller, request.idempotencyKey(), task -> replies.accepted(task, back));
    } catch (IOException noRoom) {
      throw new UncheckedIOException("A request's pictures could not be kept while they were read", noRoom);
    } catch (RequestTooLong tooLong) {
      throw new UnreadableMessage(UnreadableMessage.TOO_LARGE,
          "A request has at most " + JsonText.MAX_BYTES + " bytes beside its pictures");
    }
  }

  private void answerDead(Message message) throws JMSException {
    if (wasAccepted(message)) {
      acceptOrRefuse(message);
      return;
    }
    ReturnAddress back = ReturnAddress.nobody(message);
    try {
      back = ReturnAddress.of(message, replyAddresses);
    } catch (UnreadableMessage | MessageFormatException notAllowed) {
      // It is kept for the operators, without its key
    }
    refuse(message, back, message.propertyExists(EXPIRED_AT)
        ? new UnreadableMessage(UnreadableMessage.EXPIRED, "The request expired: its time to live was over before it could be read")
        : new UnreadableMessage(UnreadableMessage.FAILED, "The request was delivered again and again, and could not be read"));
  }

  /** Whether it is a task already: this process, or another, died before it could acknowledge the message. */
  private boolean wasAccepted(Message message) throws JMSException {
    try (IncomingRequest request = IncomingRequest.read(message, maxBytes)) {
      return request.idempotencyKey() != null
          && idempotencyKeys.isKnown(callers.identify(request.authKey(), Origin.JMS).clientId(), request.idempotencyKey());
    } catch (MessageFormatException noRequest) {
      return false;
    } catch (RuntimeException failure) {
      if (Outage.isCauseOf(failure)) {
        throw failure;
      }
      return false;
    }
  }

  private void refuse(Message message, ReturnAddress back, RuntimeException failure) throws JMSException {
    Answer refusal = Answer.to(failure, "A request of " + QUEUE);
    if (failure instanceof UnreadableMessage && refusal.isOurFault()) {
      LOG.severe("Request " + back.request() + " is refused: " + refusal.reason());
    } else if (refusal.isOurFault() && SAID.isFirst(back.request())) {
      LOG.log(Level.SEVERE, "Request " + back.request() + " failed", failure);
    }
    Actor sender = callers.actor(key(message), Origin.JMS);
    replies.rejected(refusal, back, text(message));
    refusals.note(Deed.TASK_SUBMIT, sender, refusal.status(), null);
  }

  /** The sender's; null for none, and for what is no text. */
  private static String key(Message message) throws JMSException {
    try {
      return message.getStringProperty(IncomingRequest.AUTH_KEY);
    } catch (MessageFormatException noText) {
      return null;
    }
  }

  /** What operators may want to see of a message that was refused. */
  private static String text(Message message) throws JMSException {
    String text = message instanceof TextMessage readable ? readable.getText() : null;
    boolean kept = text != null && text.length() <= JsonText.MAX_BYTES;
    return kept ? StorableText.of(text) : "";
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

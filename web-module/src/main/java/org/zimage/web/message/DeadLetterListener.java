package org.zimage.web.message;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.util.logging.Logger;
import org.zimage.audit.Audited;
import org.zimage.audit.Deed;
import org.zimage.audit.Door;
import org.zimage.error.Outage;
import org.zimage.message.Replies;
import org.zimage.message.Requests;
import org.zimage.task.TaskId;
import org.zimage.task.dispatch.WorkQueue;
import org.zimage.task.lifecycle.TaskLedger;

/**
 * Ends waiting tasks whose message the broker has given up: no worker could even look at them; a message that comes again finds
 * its task ended already. Answers requests that the broker has given up. Other dead letters stay for the operators.
 */
@MessageDriven(name = "DeadLetterListener", activationConfig = {
    @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
    @ActivationConfigProperty(propertyName = "destination", propertyValue = Replies.DEAD_LETTERS),
    @ActivationConfigProperty(propertyName = "messageSelector", propertyValue = DeadLetterListener.SELECTOR),
    @ActivationConfigProperty(propertyName = "useJNDI", propertyValue = "false"),
    @ActivationConfigProperty(propertyName = "maxSession", propertyValue = "1"),
    @ActivationConfigProperty(propertyName = "setupAttempts", propertyValue = "-1"),
    @ActivationConfigProperty(propertyName = "setupInterval", propertyValue = "1000"),
    @ActivationConfigProperty(propertyName = "acknowledgeMode", propertyValue = "Auto-acknowledge")})
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class DeadLetterListener implements MessageListener {
  static final String SELECTOR = WorkQueue.DIED_THERE + " OR " + Requests.DIED_THERE;

  private static final Logger LOG = Logger.getLogger(DeadLetterListener.class.getName());

  @Inject
  private TaskLedger ledger;

  @Inject
  private Requests requests;

  @Override
  @Audited(value = Deed.TASK_SUBMIT, door = Door.JMS)
  public void onMessage(Message message) {
    try {
      if (Requests.hasDied(message)) {
        requests.takeDead(message);
      } else {
        WorkQueue.read(message).ifPresent(this::giveUp);
      }
    } catch (JMSException unreadable) {
      throw new IllegalStateException("A message of " + Replies.DEAD_LETTERS + " cannot be read", unreadable);
    }
  }

  private void giveUp(TaskId id) {
    if (end(id)) {
      LOG.severe("Task " + id + " failed: its message was delivered again and again, and no worker could take it");
    }
  }

  /** A row that cannot be read ends, too. */
  private boolean end(TaskId id) {
    try {
      return ledger.giveUpWaiting(id);
    } catch (RuntimeException failure) {
      if (Outage.isCauseOf(failure)) {
        throw failure;
      }
      return ledger.giveUpUnreadable(id);
    }
  }
}

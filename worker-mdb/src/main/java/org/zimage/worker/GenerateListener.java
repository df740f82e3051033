package org.zimage.worker;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import org.zimage.task.dispatch.WorkQueue;

/**
 * Takes one message at a time, the next when a picture is about to be decoded: a second session would hold a waiting
 * task back from a worker that is free. A message that comes again names a task that runs or is over, and is
 * acknowledged; or one that waits again, and is worked on.
 */
@MessageDriven(name = "GenerateListener", activationConfig = {
    @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
    @ActivationConfigProperty(propertyName = "destination", propertyValue = WorkQueue.NAME),
    @ActivationConfigProperty(propertyName = "messageSelector", propertyValue = GenerateListener.SELECTOR),
    @ActivationConfigProperty(propertyName = "useJNDI", propertyValue = "false"),
    @ActivationConfigProperty(propertyName = "maxSession", propertyValue = "1"),
    @ActivationConfigProperty(propertyName = "setupAttempts", propertyValue = "-1"),
    @ActivationConfigProperty(propertyName = "setupInterval", propertyValue = "1000"),
    @ActivationConfigProperty(propertyName = "acknowledgeMode", propertyValue = "Auto-acknowledge")})
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class GenerateListener implements MessageListener {
  /**
   * Workers of different models are told by ZIMAGE_WORKER_SELECTOR which messages are theirs. The server puts it in
   * before the application runs, so no code of ours can: where it is not set, every message is.
   */
  static final String SELECTOR = "${MPCONFIG=zimage.worker.selector:1=1}";

  @Inject
  private Worker worker;

  @Override
  public void onMessage(Message message) {
    try {
      WorkQueue.read(message).ifPresent(worker::workOn);
    } catch (JMSException unreadable) {
      throw new IllegalStateException("A message of " + WorkQueue.NAME + " cannot be read", unreadable);
    }
  }
}

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
   * No message: the server activates this bean before anybody knows which model it serves. {@link Presence} says which messages
   * are its own as soon as the model is loaded.
   */
  static final String SELECTOR = "1=0";

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

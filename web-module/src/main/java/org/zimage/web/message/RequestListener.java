package org.zimage.web.message;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import org.zimage.audit.Audited;
import org.zimage.audit.Deed;
import org.zimage.audit.Door;
import org.zimage.message.Requests;

/**
 * Takes requests by message. One that is delivered again, because the broker or this process died before it was
 * acknowledged, is the same task and is not answered again.
 */
@MessageDriven(name = "RequestListener", activationConfig = {
    @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
    @ActivationConfigProperty(propertyName = "destination", propertyValue = Requests.QUEUE),
    @ActivationConfigProperty(propertyName = "useJNDI", propertyValue = "false"),
    @ActivationConfigProperty(propertyName = "maxSession", propertyValue = "4"),
    @ActivationConfigProperty(propertyName = "setupAttempts", propertyValue = "-1"),
    @ActivationConfigProperty(propertyName = "setupInterval", propertyValue = "1000"),
    @ActivationConfigProperty(propertyName = "acknowledgeMode", propertyValue = "Auto-acknowledge")})
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class RequestListener implements MessageListener {
  @Inject
  private Requests requests;

  @Override
  @Audited(value = Deed.TASK_SUBMIT, door = Door.JMS)
  public void onMessage(Message message) {
    try {
      requests.take(message);
    } catch (JMSException unreadable) {
      throw new IllegalStateException("A message of " + Requests.QUEUE + " cannot be read", unreadable);
    }
  }
}

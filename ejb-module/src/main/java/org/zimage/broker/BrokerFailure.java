package org.zimage.broker;

import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;

/** What the broker says to a session or a browser, as a {@code JMSContext} would throw it. */
public final class BrokerFailure {
  private BrokerFailure() { }

  /** A missing permission stays one, so that {@link BrokerWatch} can name it. */
  public static JMSRuntimeException unchecked(JMSException failure) {
    return failure instanceof JMSSecurityException
        ? new JMSSecurityRuntimeException(failure.getMessage(), failure.getErrorCode(), failure)
        : new JMSRuntimeException(failure.getMessage(), failure.getErrorCode(), failure);
  }
}

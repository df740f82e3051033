package org.zimage.client;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;

/** There was no answer, or none of ours, within the time-outs. */
public class ServerUnreachable extends ZImageClientException {
  private static final long serialVersionUID = 1L;

  ServerUnreachable(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether no connection could be made, so that the server has not heard of the request. */
  public boolean isWithoutConnection() {
    for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException || cause instanceof UnknownHostException
          || cause instanceof NoRouteToHostException) {
        return true;
      }
    }
    return false;
  }
}

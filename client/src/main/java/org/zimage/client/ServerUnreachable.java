package org.zimage.client;

/** There was no answer, or none of ours, within the time-outs. */
public class ServerUnreachable extends ZImageClientException {
  private static final long serialVersionUID = 1L;

  ServerUnreachable(String message, Throwable cause) {
    super(message, cause);
  }
}

package org.zimage.client;

/** The root of everything that can go wrong with a call. */
public class ZImageClientException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ZImageClientException(String message, Throwable cause) {
    super(message, cause);
  }
}

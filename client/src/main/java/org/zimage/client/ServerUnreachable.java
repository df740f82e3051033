package org.zimage.client;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Optional;
import org.zimage.client.trust.CertificateProblem;

/** No answer came within the time-outs, or none of a Z-Image server, or its certificate is not trusted. */
public class ServerUnreachable extends ZImageClientException {
  private static final long serialVersionUID = 1L;

  ServerUnreachable(String message, Throwable cause) {
    super(message, cause);
  }

  /** Why the server's certificate is not accepted; empty when that is not the reason. Such a call is not repeated. */
  public Optional<CertificateProblem> certificateProblem() {
    return CertificateProblem.of(getCause());
  }

  /** Whether no connection could be made, so that the server has not received the request. */
  public boolean isWithoutConnection() {
    for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException || cause instanceof UnknownHostException
          || cause instanceof NoRouteToHostException) {
        return true;
      }
    }
    return certificateProblem().isPresent();
  }
}

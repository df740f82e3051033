package org.zimage.client.trust;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;

/** Why the certificate of a server is not accepted. Trying again does not help: somebody has to change something. */
public enum CertificateProblem {
  /** Nobody said that its authority is to be trusted: {@link org.zimage.client.ZImageClientBuilder#authorities}. */
  UNKNOWN_AUTHORITY,
  /** It is not for the host in the address. */
  OTHER_NAME,
  /** It is not valid any more, or the clock of this machine is wrong. */
  EXPIRED,
  /** It is not valid yet, or the clock of this machine is wrong. */
  NOT_YET_VALID,
  /** Something else, such as a signature by an algorithm that Java does not accept any more. */
  NOT_ACCEPTED;

  /** @return empty when the failure is no one of a certificate */
  public static Optional<CertificateProblem> of(Throwable failure) {
    CertificateProblem found = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      CertificateProblem problem = ofOne(cause);
      // The causes of a failure are more exact than the failure
      found = problem == null || problem == NOT_ACCEPTED && found != null ? found : problem;
    }
    return Optional.ofNullable(found);
  }

  private static CertificateProblem ofOne(Throwable cause) {
    if (cause instanceof CertificateExpiredException) {
      return EXPIRED;
    }
    if (cause instanceof CertificateNotYetValidException) {
      return NOT_YET_VALID;
    }
    if (cause instanceof CertPathBuilderException) {
      return UNKNOWN_AUTHORITY;
    }
    if (cause instanceof CertificateException) {
      return isAboutTheName(cause.getMessage()) ? OTHER_NAME : NOT_ACCEPTED;
    }
    if (cause instanceof CertPathValidatorException invalid) {
      // A trusted authority has the same name but another key, as after it was made anew
      return invalid.getReason() == BasicReason.INVALID_SIGNATURE ? UNKNOWN_AUTHORITY : NOT_ACCEPTED;
    }
    return null;
  }

  /** Java has no exception of its own for this. Its words are the same in every language. */
  private static boolean isAboutTheName(String message) {
    return message != null && (message.startsWith("No name matching ") || message.startsWith("No subject alternative "));
  }

  /**
   * The problem in words.
   *
   * @param address of the server
   * @param reason what Java says
   */
  public String text(Object address, String reason) {
    String certificate = "The certificate of " + address;
    return switch (this) {
      case UNKNOWN_AUTHORITY -> certificate + " is of an authority that is not trusted here";
      case OTHER_NAME -> certificate + " is for another name: " + reason;
      case EXPIRED -> certificate + " has expired: " + reason;
      case NOT_YET_VALID -> certificate + " is not valid yet: " + reason;
      case NOT_ACCEPTED -> certificate + " is not accepted here: " + reason;
    };
  }
}

package org.zimage.picture.credentials.trust;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether certificates lead to an authority that is trusted (RFC 5280). Certificates that were called back are not found out.
 *
 * @param anchors the authorities; a certificate that is itself among them is trusted, too
 */
public record TrustedChain(Set<X509Certificate> anchors) {
  /** Protecting e-mails, signing documents (RFC 9336), signing claims of C2PA: one of these is what a verifier asks for. */
  private static final Set<String> PURPOSES = Set.of("1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.62558.2.1");
  private static final int DIGITAL_SIGNATURE = 0;

  /**
   * Why a signer is not trusted.
   *
   * @param chain the signer's certificate and those that lead to its authority, with that or without
   * @param time at which it counts
   * @return empty when the signer is trusted
   */
  public Optional<String> doubt(List<X509Certificate> chain, Instant time) {
    X509Certificate signer = chain.get(0);
    String name = signer.getSubjectX500Principal().getName();
    if (!isForSigning(signer)) {
      return Optional.of("the certificate of " + name + " is not for signing documents");
    }
    if (time.isAfter(signer.getNotAfter().toInstant()) || time.isBefore(signer.getNotBefore().toInstant())) {
      return Optional.of("the certificate of " + name + " holds from " + signer.getNotBefore().toInstant() + " to "
          + signer.getNotAfter().toInstant());
    }
    return leadsToAnchor(chain, time)
        ? Optional.empty()
        : Optional.of("the certificate of " + name + " leads to no authority that is trusted here");
  }

  /** Whether a certificate is one that verifiers of C2PA accept for signing. */
  public static boolean isForSigning(X509Certificate signer) {
    try {
      List<String> purposes = signer.getExtendedKeyUsage();
      boolean[] usage = signer.getKeyUsage();
      return usage != null && usage[DIGITAL_SIGNATURE] && purposes != null && signer.getBasicConstraints() < 0
          && !Collections.disjoint(purposes, PURPOSES);
    } catch (CertificateParsingException unreadable) {
      return false;
    }
  }

  boolean leadsToAnchor(List<X509Certificate> chain, Instant time) {
    if (anchors.isEmpty() || anchors.contains(chain.get(0))) {
      return !anchors.isEmpty();
    }
    try {
      CertPath path = CertificateFactory.getInstance("X.509")
          .generateCertPath(chain.stream().takeWhile(each -> !anchors.contains(each)).toList());
      PKIXParameters parameters = new PKIXParameters(
          anchors.stream().map(anchor -> new TrustAnchor(anchor, null)).collect(Collectors.toSet()));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(time));
      CertPathValidator.getInstance("PKIX").validate(path, parameters);
      return true;
    } catch (CertPathValidatorException doesNotLead) {
      return false;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("Every Java has PKIX", impossible);
    }
  }
}

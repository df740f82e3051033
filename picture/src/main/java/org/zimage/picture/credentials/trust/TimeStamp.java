package org.zimage.picture.credentials.trust;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.Store;
import org.zimage.picture.credentials.format.CredentialsHash;
import org.zimage.picture.credentials.format.MalformedCredentials;
import org.zimage.picture.credentials.format.UnsupportedCredentials;

/**
 * A time stamp (RFC 3161) that fits what it is for.
 *
 * @param chain the authority's certificate first, then the others that came with it, in the order of who signed whom
 */
public record TimeStamp(Instant time, List<X509Certificate> chain) {
  /** Thirty certificates and more find room. Thousands of them would take minutes to put in order. */
  static final int MOST_TOKEN_BYTES = 60 << 10;

  /**
   * Checks a token.
   *
   * @throws UnsupportedCredentials when it has more than 60 KiB
   * @throws MalformedCredentials when it is none, or is for something else
   */
  public static TimeStamp read(byte[] encoded, byte[] stamped) {
    if (encoded.length > MOST_TOKEN_BYTES) {
      throw new UnsupportedCredentials("the time stamp has " + encoded.length + " bytes (at most " + MOST_TOKEN_BYTES + ")");
    }
    try {
      TimeStampToken token = new TimeStampToken(new CMSSignedData(encoded));
      if (!token.getTimeStampInfo().getMessageImprintAlgOID().equals(TSPAlgorithms.SHA256)
          || !MessageDigest.isEqual(token.getTimeStampInfo().getMessageImprintDigest(), CredentialsHash.of(stamped))) {
        throw new MalformedCredentials("the time stamp is for something else");
      }
      Store<X509CertificateHolder> certificates = token.getCertificates();
      X509CertificateHolder own = certificates.getMatches(null).stream().filter(each -> token.getSID().match(each)).findFirst()
          .orElseThrow(() -> new MalformedCredentials("the time stamp has no certificate"));
      token.validate(new JcaSimpleSignerInfoVerifierBuilder().build(own));
      return new TimeStamp(token.getTimeStampInfo().getGenTime().toInstant(), chain(own, certificates));
    } catch (CMSException | TSPException | IOException | OperatorCreationException | CertificateException wrong) {
      throw new MalformedCredentials("the time stamp cannot be trusted: " + wrong.getMessage(), wrong);
    } catch (MalformedCredentials known) {
      throw known;
    } catch (RuntimeException noToken) {
      // The ASN.1 library's answers to structures that are others than they should be
      throw new MalformedCredentials("the time stamp is none", noToken);
    }
  }

  private static List<X509Certificate> chain(X509CertificateHolder own, Store<X509CertificateHolder> certificates)
      throws CertificateException {
    List<X509Certificate> chain = new ArrayList<>();
    JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
    for (X509CertificateHolder next = own; next != null && chain.size() < certificates.getMatches(null).size();) {
      chain.add(converter.getCertificate(next));
      X509CertificateHolder last = next;
      next = last.getIssuer().equals(last.getSubject()) ? null : certificates.getMatches(null).stream()
          .filter(each -> each.getSubject().equals(last.getIssuer())).findFirst().orElse(null);
    }
    return chain;
  }

  /** The time, where the authority is one of those. */
  public Optional<Instant> trustedTime(TrustedChain trust) {
    return trust.leadsToAnchor(chain, time) ? Optional.of(time) : Optional.empty();
  }
}

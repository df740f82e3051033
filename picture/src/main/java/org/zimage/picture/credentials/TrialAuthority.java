package org.zimage.picture.credentials;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority that nobody trusts who was not told to, and a key that it knows: for trying content credentials out. The authority's own
 * key is not kept, so that nobody can make others with it.
 *
 * @param key that signs pictures
 */
public record TrialAuthority(SigningKey key) {
  private static final Duration LIFE = Duration.ofDays(365);
  /** For clocks that are behind. */
  private static final Duration BEFORE = Duration.ofMinutes(5);
  private static final int SERIAL_BITS = 127;
  private static final String ORGANISATION = ", O=Z-Image trial (not to be trusted)";
  private static final int LINE = 64;

  /** Makes one that holds for a year. */
  public static TrialAuthority make(Clock clock) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair authority = generator.generateKeyPair();
      KeyPair signer = generator.generateKeyPair();
      Period period = Period.from(clock.instant().minus(BEFORE));
      X509Certificate root = authority(authority, period);
      return new TrialAuthority(new SigningKey(signer.getPrivate(),
          List.of(signer(signer, root, authority.getPrivate(), period), root)));
    } catch (GeneralSecurityException | OperatorCreationException | IOException impossible) {
      throw new IllegalStateException("Every Java can make certificates of ECDSA", impossible);
    }
  }

  private record Period(Date begin, Date end) {
    static Period from(Instant begin) {
      return new Period(Date.from(begin), Date.from(begin.plus(LIFE)));
    }
  }

  private static X509Certificate authority(KeyPair keys, Period period)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    X500Principal name = new X500Principal("CN=Trial authority" + ORGANISATION);
    X509v3CertificateBuilder certificate =
        new JcaX509v3CertificateBuilder(name, serial(), period.begin, period.end, name, keys.getPublic());
    certificate.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    certificate.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    certificate.addExtension(Extension.subjectKeyIdentifier, false, new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
    return signed(certificate, keys.getPrivate());
  }

  private static X509Certificate signer(KeyPair keys, X509Certificate authority, PrivateKey authorityKey, Period period)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    X500Principal name = new X500Principal("CN=Trial signer" + ORGANISATION);
    X509v3CertificateBuilder certificate =
        new JcaX509v3CertificateBuilder(authority, serial(), period.begin, period.end, name, keys.getPublic());
    JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
    certificate.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    certificate.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    certificate.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_emailProtection));
    certificate.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(keys.getPublic()));
    certificate.addExtension(Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(authority));
    return signed(certificate, authorityKey);
  }

  private static BigInteger serial() {
    return new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0);
  }

  private static X509Certificate signed(X509v3CertificateBuilder certificate, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter().getCertificate(certificate.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  /** The key and both certificates as PKCS #12. */
  public byte[] keyStore(String password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("pictures", key.key(), password.toCharArray(), key.chain().toArray(Certificate[]::new));
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      store.store(file, password.toCharArray());
      return file.toByteArray();
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException("Every Java has PKCS #12", impossible);
    }
  }

  /** The authority's certificate in PEM, for those who shall trust it. */
  public String certificate() {
    try {
      String base64 = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(key.chain().get(1).getEncoded());
      return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("It was encoded before", impossible);
    }
  }
}

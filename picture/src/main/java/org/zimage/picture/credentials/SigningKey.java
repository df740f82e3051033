package org.zimage.picture.credentials;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.zimage.picture.credentials.format.CredentialsHash;
import org.zimage.picture.credentials.format.SignatureAlgorithm;
import org.zimage.picture.credentials.trust.TrustedChain;

/**
 * The key that signs pictures, and its certificates.
 *
 * @param chain the key's certificate, and those that lead to its authority, with that or without
 */
public record SigningKey(PrivateKey key, List<X509Certificate> chain) {
  private static final String AUTHORITY_KEY = "2.5.29.35";

  /**
   * Reads a key store of PKCS #12.
   *
   * @throws KeyStoreRefused when verifiers would not accept what it signs
   */
  public static SigningKey read(Path file, String password, Clock clock) throws KeyStoreRefused {
    try {
      SigningKey key = onlyKey(load(file, password), password);
      key.check(clock.instant());
      return key;
    } catch (GeneralSecurityException unreadable) {
      throw new KeyStoreRefused("a key store of PKCS #12 (.p12) whose key has the same password", unreadable);
    }
  }

  private static KeyStore load(Path file, String password) throws KeyStoreRefused, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password.toCharArray());
      return store;
    } catch (NoSuchFileException missing) {
      throw new KeyStoreRefused("the path of a file that is there", missing);
    } catch (IOException unreadable) {
      throw unreadable.getCause() instanceof UnrecoverableKeyException
          ? new KeyStoreRefused("a key store whose password is the one that is given", unreadable)
          : new KeyStoreRefused("a readable key store of PKCS #12 (.p12)", unreadable);
    }
  }

  /**
   * The authorities that the keys of a key store lead to. The keys themselves are not read.
   *
   * @throws KeyStoreRefused when the key store cannot be read
   */
  public static Set<X509Certificate> anchors(Path file, String password) throws KeyStoreRefused {
    try {
      KeyStore store = load(file, password);
      Set<X509Certificate> anchors = new HashSet<>();
      for (String alias : Collections.list(store.aliases())) {
        Certificate[] chain = store.getCertificateChain(alias);
        if (store.isKeyEntry(alias) && chain != null) {
          anchors.add((X509Certificate) chain[chain.length - 1]);
        }
      }
      return anchors;
    } catch (GeneralSecurityException unreadable) {
      throw new KeyStoreRefused("a key store of PKCS #12 (.p12)", unreadable);
    }
  }

  private static SigningKey onlyKey(KeyStore store, String password) throws GeneralSecurityException, KeyStoreRefused {
    List<String> names = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        names.add(alias);
      }
    }
    if (names.size() != 1) {
      throw new KeyStoreRefused("a key store with one key: this one has " + names.size());
    }
    Certificate[] chain = store.getCertificateChain(names.get(0));
    if (!(store.getKey(names.get(0), password.toCharArray()) instanceof PrivateKey key) || chain == null) {
      throw new KeyStoreRefused("a key store with a private key and its certificates");
    }
    return new SigningKey(key, Arrays.stream(chain).map(X509Certificate.class::cast).toList());
  }

  private void check(Instant now) throws GeneralSecurityException, KeyStoreRefused {
    X509Certificate own = certificate();
    if (SignatureAlgorithm.of(key).isEmpty() || SignatureAlgorithm.of(own.getPublicKey()).isEmpty()) {
      throw new KeyStoreRefused("a key store with a key of ECDSA on P-256, P-384 or P-521: this one is of " + key.getAlgorithm());
    }
    if (own.getSubjectX500Principal().equals(own.getIssuerX500Principal())) {
      throw new KeyStoreRefused("a key store whose certificate comes from an authority: this one is self-signed, which no verifier accepts");
    }
    checkOrder();
    if (!TrustedChain.isForSigning(own)) {
      throw new KeyStoreRefused("a key store whose certificate is for digital signatures and for signing documents, protecting e-mails or "
          + "C2PA claims (key usage, extended key usage)");
    }
    if (own.getExtensionValue(AUTHORITY_KEY) == null) {
      throw new KeyStoreRefused("a key store whose certificate names its authority's key (authority key identifier)");
    }
    if (!isKeyOf(own)) {
      throw new KeyStoreRefused("a key store whose key is that of its certificate");
    }
    if (now.isBefore(own.getNotBefore().toInstant())) {
      throw new KeyStoreRefused("a key store whose certificate is valid by now: this one begins at " + own.getNotBefore().toInstant());
    }
    if (isExpired(now)) {
      throw new KeyStoreRefused("a key store whose certificate is still valid: this one ended at " + end());
    }
  }

  private void checkOrder() throws KeyStoreRefused {
    try {
      for (int i = 1; i < chain.size(); i++) {
        chain.get(i - 1).verify(chain.get(i).getPublicKey());
      }
    } catch (GeneralSecurityException another) {
      throw new KeyStoreRefused("a key store whose certificates are each followed by that of who issued it", another);
    }
  }

  private boolean isKeyOf(X509Certificate own) throws GeneralSecurityException {
    byte[] text = AUTHORITY_KEY.getBytes(StandardCharsets.US_ASCII);
    Signature signature = Signature.getInstance(algorithm().javaName());
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(own);
    signature.update(text);
    return signature.verify(signed);
  }

  public X509Certificate certificate() {
    return chain.get(0);
  }

  /** SHA-256 of its certificate, 64 lower-case hexadecimal digits. */
  public String fingerprint() {
    try {
      return HexFormat.of().formatHex(CredentialsHash.of(certificate().getEncoded()));
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException("A certificate that was read has its bytes", impossible);
    }
  }

  /** The authorities that a picture's signature leads to, for whoever asks whether a picture was signed with this key. */
  public Set<X509Certificate> anchors() {
    return Set.of(chain.get(chain.size() - 1));
  }

  /** The certificates that a signature carries: all but the authority's own, which a verifier has or does not trust. */
  List<X509Certificate> carried() {
    return chain.stream().filter(each -> !each.getSubjectX500Principal().equals(each.getIssuerX500Principal())).toList();
  }

  SignatureAlgorithm algorithm() {
    return SignatureAlgorithm.of(key).orElseThrow();
  }

  /** When the first of its certificates ends. */
  public Instant end() {
    return chain.stream().map(each -> each.getNotAfter().toInstant()).min(Instant::compareTo).orElseThrow();
  }

  /** Whether what it signs now is refused by verifiers. */
  public boolean isExpired(Instant now) {
    return now.isAfter(end());
  }

  /** Without the key, so that it cannot reach a log. */
  @Override
  public String toString() {
    return "SigningKey[" + certificate().getSubjectX500Principal() + ", until " + end() + "]";
  }
}

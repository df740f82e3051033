package org.zimage.client.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The authorities whose certificates are trusted. */
public final class TrustedAuthorities {
  private TrustedAuthorities() { }

  /**
   * TLS that trusts the authorities of this Java and those of a file.
   *
   * @param file certificates in PEM
   * @throws IllegalArgumentException when the file is not there, cannot be read or holds no certificate
   */
  public static SSLContext besideThoseOfJava(Path file) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, besideThoseOfJava(read(file)), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no TLS", e);
    }
  }

  /** What trusts the authorities of this Java and some more, as {@link SSLContext#init} and libraries take it. */
  public static TrustManager[] besideThoseOfJava(Collection<? extends Certificate> own) {
    try {
      List<Certificate> trusted = new ArrayList<>(own);
      trusted.addAll(List.of(((X509TrustManager) managers(null)[0]).getAcceptedIssuers()));
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < trusted.size(); i++) {
        store.setCertificateEntry("authority-" + i, trusted.get(i));
      }
      return managers(store);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("The authorities that this Java trusts cannot be read", e);
    }
  }

  private static Collection<? extends Certificate> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (!certificates.isEmpty()) {
        return certificates;
      }
      throw unusable(file, "holds no certificate", null);
    } catch (CertificateException e) {
      throw unusable(file, "holds no certificate", e);
    } catch (NoSuchFileException e) {
      throw unusable(file, "is not there", e);
    } catch (IOException e) {
      throw unusable(file, "cannot be read", e);
    }
  }

  private static IllegalArgumentException unusable(Path file, String why, Exception cause) {
    return new IllegalArgumentException("The authorities (of the command line: ZIMAGE_CA_CERTIFICATES) must be a readable file"
        + " with certificates in PEM (got " + file + ", which " + why + ")", cause);
  }

  /** @param store null for that of this Java */
  private static TrustManager[] managers(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}

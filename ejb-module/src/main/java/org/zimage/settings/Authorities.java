package org.zimage.settings;

import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.zimage.client.trust.TrustedAuthorities;

/**
 * The authorities whose certificates are trusted where this process calls others: those of the server's Java, and the operator's own.
 * The application server's trust store belongs to its administrator, so nothing is written into it.
 *
 * @param file ZIMAGE_CA_CERTIFICATES: the certificates of one's own authorities in PEM; null: none
 */
public record Authorities(CertificateFile file) {
  /** Those that the server's Java trusts. */
  public static final Authorities OF_JAVA = new Authorities(null);

  private static final String VARIABLE = "ZIMAGE_CA_CERTIFICATES";

  static Authorities read(Settings.Reader reader) {
    return new Authorities(CertificateFile.read(reader, VARIABLE));
  }

  /** For one TLS connection after the other. */
  public SSLSocketFactory socketFactory() {
    return file == null ? (SSLSocketFactory) SSLSocketFactory.getDefault() : context().getSocketFactory();
  }

  /** For clients of HTTP. */
  public SSLContext context() {
    try {
      if (file == null) {
        return SSLContext.getDefault();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no TLS", e);
    }
  }

  /** For libraries that make their connections themselves; null stands for Java's own, as {@link SSLContext#init} has it. */
  public TrustManager[] trustManagers() {
    if (file == null) {
      return null;
    }
    try {
      return TrustedAuthorities.besideThoseOfJava(file.certificates());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(VARIABLE + "=" + file + " cannot be read any more", e);
    }
  }
}

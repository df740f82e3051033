package org.zimage.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** A file with certificates of authorities in PEM. */
public record CertificateFile(Path path) {
  /**
   * The file that a variable names.
   *
   * @return null where the variable is not set
   * @throws InvalidSetting when the file cannot be read, or has no certificates
   */
  static CertificateFile read(Settings.Reader reader, String variable) {
    if (reader.text(variable, null) == null) {
      return null;
    }
    CertificateFile file = new CertificateFile(reader.folder(variable, ""));
    try {
      if (!file.certificates().isEmpty()) {
        return file;
      }
    } catch (IOException | GeneralSecurityException unreadable) {
      // The same answer as for a file without any
    }
    throw new InvalidSetting(variable, file.path.toString(), "a readable file with certificates in PEM");
  }

  /**
   * What is in it now.
   *
   * @throws IOException when it cannot be read any more
   * @throws GeneralSecurityException when it is no longer what it was at the start
   */
  public List<X509Certificate> certificates() throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(path)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).stream().map(X509Certificate.class::cast).toList();
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

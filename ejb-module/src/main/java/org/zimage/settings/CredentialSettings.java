package org.zimage.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/**
 * What workers sign pictures with, and whose signatures are trusted where pictures are verified. Web nodes need no key store.
 *
 * @param keyStore ZIMAGE_C2PA_KEYSTORE: PKCS #12 with one key and its certificates; null: pictures are not signed
 * @param password ZIMAGE_C2PA_KEYSTORE_PASSWORD: of the key store and of the key in it
 * @param timeStamps ZIMAGE_C2PA_TIMESTAMP_URL: a time stamp authority (RFC 3161); null: signatures have no time stamp
 * @param anchors ZIMAGE_C2PA_ANCHORS: the authorities whose signers are trusted, beside that of the key store; null: none
 */
public record CredentialSettings(Path keyStore, String password, URI timeStamps, CertificateFile anchors) {
  /** Which a refusal of the key store names. */
  public static final String KEY_STORE = "ZIMAGE_C2PA_KEYSTORE";

  private static final String PASSWORD = "ZIMAGE_C2PA_KEYSTORE_PASSWORD";
  private static final String TIME_STAMPS = "ZIMAGE_C2PA_TIMESTAMP_URL";
  private static final String ANCHORS = "ZIMAGE_C2PA_ANCHORS";

  static CredentialSettings read(Settings.Reader reader) {
    String keyStore = reader.text(KEY_STORE, null);
    String password = reader.text(PASSWORD, null);
    URI timeStamps = address(reader.text(TIME_STAMPS, null));
    CertificateFile anchors = CertificateFile.read(reader, ANCHORS);
    if (keyStore == null) {
      return new CredentialSettings(null, null, null, anchors);
    }
    if (password == null) {
      throw new InvalidSetting(PASSWORD, "set, or " + PASSWORD + "_FILE, with " + KEY_STORE);
    }
    return new CredentialSettings(reader.folder(KEY_STORE, ""), password, timeStamps, anchors);
  }

  private static URI address(String value) {
    if (value == null) {
      return null;
    }
    try {
      URI uri = new URI(value);
      if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (URISyntaxException noAddress) {
      // The same answer as for an address of another kind
    }
    throw new InvalidSetting(TIME_STAMPS, value, "an address such as http://timestamp.example.org");
  }

  /** Whether pictures are signed. */
  public boolean isOn() {
    return keyStore != null;
  }

  /** Without the password, so that it cannot reach a log. */
  @Override
  public String toString() {
    return "CredentialSettings[keyStore=" + keyStore + ", timeStamps=" + timeStamps + ", anchors=" + anchors + "]";
  }
}

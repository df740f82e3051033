package org.zimage.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/**
 * What workers sign pictures with. Other nodes need nothing of it, so the key store itself is opened by workers only.
 *
 * @param keyStore ZIMAGE_C2PA_KEYSTORE: PKCS #12 with one key and its certificates; null: pictures are not signed
 * @param password ZIMAGE_C2PA_KEYSTORE_PASSWORD: of the key store and of the key in it
 * @param timeStamps ZIMAGE_C2PA_TIMESTAMP_URL: a time stamp authority (RFC 3161); null: signatures have no time stamp
 */
public record CredentialSettings(Path keyStore, String password, URI timeStamps) {
  /** Pictures are not signed. */
  public static final CredentialSettings OFF = new CredentialSettings(null, null, null);
  /** Which a refusal of the key store names. */
  public static final String KEY_STORE = "ZIMAGE_C2PA_KEYSTORE";

  private static final String PASSWORD = "ZIMAGE_C2PA_KEYSTORE_PASSWORD";
  private static final String TIME_STAMPS = "ZIMAGE_C2PA_TIMESTAMP_URL";

  static CredentialSettings read(Settings.Reader reader) {
    String keyStore = reader.text(KEY_STORE, null);
    String password = reader.text(PASSWORD, null);
    URI timeStamps = address(reader.text(TIME_STAMPS, null));
    if (keyStore == null) {
      return OFF;
    }
    if (password == null) {
      throw new InvalidSetting(PASSWORD, "set, or " + PASSWORD + "_FILE, with " + KEY_STORE);
    }
    return new CredentialSettings(reader.folder(KEY_STORE, ""), password, timeStamps);
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

  public boolean isOn() {
    return keyStore != null;
  }

  /** Without the password, so that it cannot reach a log. */
  @Override
  public String toString() {
    return "CredentialSettings[keyStore=" + keyStore + ", timeStamps=" + timeStamps + "]";
  }
}

package org.zimage.origin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Set;
import java.util.logging.Logger;
import org.zimage.picture.credentials.KeyStoreRefused;
import org.zimage.picture.credentials.SigningKey;
import org.zimage.settings.CredentialSettings;
import org.zimage.settings.InvalidSetting;
import org.zimage.settings.Settings;

/**
 * The authorities whose signatures under pictures are trusted: those of ZIMAGE_C2PA_ANCHORS, and that of this node's own key store. Its
 * private key is not read here. Immutable.
 */
@ApplicationScoped
public class TrustedSigners {
  private static final Logger LOG = Logger.getLogger(TrustedSigners.class.getName());

  private final Set<X509Certificate> anchors;

  protected TrustedSigners() {
    this.anchors = null;
  }

  /** @throws InvalidSetting when the key store is here, and cannot be read */
  @Inject
  public TrustedSigners(Settings settings) {
    Set<X509Certificate> all = new HashSet<>(ofKeyStore(settings.credentials()));
    if (settings.credentials().anchors() != null) {
      try {
        all.addAll(settings.credentials().anchors().certificates());
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalStateException(settings.credentials().anchors() + " cannot be read any more", e);
      }
    }
    this.anchors = Set.copyOf(all);
  }

  private static Set<X509Certificate> ofKeyStore(CredentialSettings credentials) {
    if (!credentials.isOn()) {
      return Set.of();
    }
    if (!Files.isReadable(credentials.keyStore())) {
      LOG.info("The key store " + credentials.keyStore() + " is not on this node: its authority is trusted only if "
          + "ZIMAGE_C2PA_ANCHORS names it");
      return Set.of();
    }
    try {
      return SigningKey.anchors(credentials.keyStore(), credentials.password());
    } catch (KeyStoreRefused refused) {
      throw new InvalidSetting(CredentialSettings.KEY_STORE, credentials.keyStore().toString(), refused.getMessage());
    }
  }

  /** Whose credentials hold; read when this bean is made. */
  public Set<X509Certificate> anchors() {
    return anchors;
  }
}

package org.zimage.worker.credentials;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;
import org.zimage.log.OnceInLog;
import org.zimage.metrics.SystemMetrics;
import org.zimage.picture.credentials.Ingredient;
import org.zimage.picture.credentials.KeyStoreRefused;
import org.zimage.picture.credentials.Provenance;
import org.zimage.picture.credentials.Provenance.SoftwareAgent;
import org.zimage.picture.credentials.Signer;
import org.zimage.picture.credentials.SigningKey;
import org.zimage.picture.credentials.trust.TimeStampAuthority;
import org.zimage.picture.marking.DigitalSourceType;
import org.zimage.settings.CredentialSettings;
import org.zimage.settings.InvalidSetting;
import org.zimage.settings.Settings;

/** Signs finished pictures, where a key store is set (C2PA). Thread-safe. */
@ApplicationScoped
public class PictureSigning {
  private static final Logger LOG = Logger.getLogger(PictureSigning.class.getName());
  private static final Duration WARNED_BEFORE = Duration.ofDays(30);

  private final Clock clock;
  /** Null where pictures are not signed. */
  private final Signer signer;
  private final OnceInLog said = new OnceInLog();

  protected PictureSigning() {
    this.clock = null;
    this.signer = null;
  }

  /** @throws InvalidSetting when the key store cannot be used */
  @Inject
  public PictureSigning(Settings settings, Clock clock, SystemMetrics metrics) {
    this.clock = clock;
    this.signer = settings.credentials().isOn() ? signer(settings, clock) : null;
    if (signer != null) {
      metrics.showCertificate(() -> left().toSeconds() / (double) Duration.ofDays(1).toSeconds());
    }
  }

  private static Signer signer(Settings settings, Clock clock) {
    CredentialSettings credentials = settings.credentials();
    try {
      SigningKey key = SigningKey.read(credentials.keyStore(), credentials.password(), clock);
      LOG.info("Pictures are signed by " + key);
      return new Signer(key, credentials.timeStamps() == null ? null
          : new TimeStampAuthority(credentials.timeStamps(), settings.authorities().context()));
    } catch (KeyStoreRefused refused) {
      throw new InvalidSetting(CredentialSettings.KEY_STORE, credentials.keyStore().toString(), refused.getMessage());
    }
  }

  /** Opens the key store at the start, not with the first picture. */
  public void start() {
    // The container makes the bean for the first call
  }

  /** Whether pictures are signed. */
  public boolean isOn() {
    return signer != null;
  }

  /** SHA-256 of the certificate that pictures are signed with now; empty where they are not signed, or not any more. */
  public Optional<String> signer() {
    return isOn() && !signer.key().isExpired(clock.instant()) ? Optional.of(signer.key().fingerprint()) : Optional.empty();
  }

  /** How the files of a picture that was made from nothing are finished. */
  public UnaryOperator<byte[]> ofDrawn() {
    return finishing(DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA, null);
  }

  /**
   * How the files of a picture that was made from another one are finished.
   *
   * @param credentials of the other one, whoever signed them
   */
  public UnaryOperator<byte[]> ofChanged(Optional<byte[]> credentials) {
    return isOn()
        ? finishing(DigitalSourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA,
            credentials.map(intact -> Ingredient.of(null, intact, signer.key().anchors())).orElse(Ingredient.unsigned(null)))
        : UnaryOperator.identity();
  }

  private UnaryOperator<byte[]> finishing(DigitalSourceType source, Ingredient ingredient) {
    if (!isOn()) {
      return UnaryOperator.identity();
    }
    Provenance provenance = new Provenance(source.uri(), SoftwareAgent.product(), null, ingredient);
    return file -> signed(file, provenance);
  }

  private byte[] signed(byte[] file, Provenance provenance) {
    if (signer.key().isExpired(clock.instant())) {
      // A signature after the end is refused by all, and looks like a forgery
      if (said.isFirst("expired")) {
        LOG.severe("Pictures are not signed any more: " + warning().orElseThrow());
      }
      return file;
    }
    return signer.sign(file, provenance);
  }

  private Duration left() {
    return Duration.between(clock.instant(), signer.key().end());
  }

  /** What an operator has to do soon; empty while nothing is. */
  public Optional<String> warning() {
    if (!isOn() || left().compareTo(WARNED_BEFORE) > 0) {
      return Optional.empty();
    }
    Instant end = signer.key().end();
    return Optional.of("the certificate of " + CredentialSettings.KEY_STORE + (left().isNegative() ? " ended on " : " ends on ")
        + end.atOffset(ZoneOffset.UTC).toLocalDate() + ": put a new one there and start the worker again");
  }
}

package org.zimage.worker.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.metrics.SystemMetrics;
import org.zimage.picture.credentials.Credentials;
import org.zimage.picture.credentials.Credentials.Absent;
import org.zimage.picture.credentials.Credentials.Action;
import org.zimage.picture.credentials.Credentials.Valid;
import org.zimage.picture.credentials.SigningKey;
import org.zimage.picture.credentials.TrialAuthority;
import org.zimage.picture.encoding.PngWriter;
import org.zimage.platform.Platform;
import org.zimage.settings.InvalidSetting;
import org.zimage.settings.Settings;

@ExtendWith(Platform.class)
class PictureSigningTest {
  private static final String PASSWORD = "secret";
  private static final byte[] FILE = PngWriter.write(8, 8, new byte[3 * 8 * 8]);
  private static final String VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/";

  @TempDir
  private Path folder;
  private Path keyStore;
  private SigningKey key;
  private final MovingClock clock = new MovingClock();

  @BeforeEach
  void makeKeyStore() throws IOException {
    TrialAuthority authority = TrialAuthority.make(Clock.systemUTC());
    key = authority.key();
    keyStore = Files.write(folder.resolve("pictures.p12"), authority.keyStore(PASSWORD));
  }

  @Test
  void withoutAKeyStoreFilesStayAsTheyAre() {
    PictureSigning signing = new PictureSigning(Settings.read(Map.of()), clock, Platform.bean(SystemMetrics.class));

    assertThat(signing.isOn()).isFalse();
    assertThat(signing.ofDrawn().apply(FILE)).isSameAs(FILE);
    assertThat(signing.ofChanged(Optional.empty()).apply(FILE)).isSameAs(FILE);
    assertThat(signing.warning()).isEmpty();
  }

  @Test
  void picturesSayWhetherTheyWereDrawnOrChanged() {
    PictureSigning signing = signing(PASSWORD);

    byte[] drawn = signing.ofDrawn().apply(FILE);
    byte[] changed = signing.ofChanged(Credentials.intact(drawn)).apply(FILE);

    assertThat(actions(drawn)).containsExactly(new Action("c2pa.created", VOCABULARY + "trainedAlgorithmicMedia"));
    assertThat(actions(changed)).containsExactly(new Action("c2pa.opened", null),
        new Action("c2pa.edited", VOCABULARY + "compositeWithTrainedAlgorithmicMedia"));
    assertThat(actions(signing.ofChanged(Optional.empty()).apply(FILE))).hasSize(2);
  }

  @Test
  void theEndOfTheCertificateIsToldThirtyDaysBefore() {
    PictureSigning signing = signing(PASSWORD);
    String day = key.end().atOffset(ZoneOffset.UTC).toLocalDate().toString();

    clock.now = key.end().minus(Duration.ofDays(30)).minusSeconds(1);
    assertThat(signing.warning()).isEmpty();

    clock.now = key.end().minus(Duration.ofDays(30));
    assertThat(signing.warning()).hasValue(
        "the certificate of ZIMAGE_C2PA_KEYSTORE ends on " + day + ": put a new one there and start the worker again");
    assertThat(signing.ofDrawn().apply(FILE)).isNotEqualTo(FILE);

    clock.now = key.end().plusSeconds(1);
    assertThat(signing.warning()).hasValueSatisfying(warning -> assertThat(warning).contains(" ended on " + day));
  }

  @Test
  void afterTheEndPicturesAreNotSignedAndTheLogSaysSoOnce() {
    PictureSigning signing = signing(PASSWORD);
    clock.now = key.end().plusSeconds(1);
    List<String> told = new CopyOnWriteArrayList<>();
    Handler handler = keeping(told);
    Logger log = Logger.getLogger(PictureSigning.class.getName());
    log.addHandler(handler);
    try {
      for (int i = 0; i < 3; i++) {
        assertThat(Credentials.read(signing.ofDrawn().apply(FILE), key.anchors())).isInstanceOf(Absent.class);
      }
    } finally {
      log.removeHandler(handler);
    }
    assertThat(told).hasSize(1).first().asString().startsWith("Pictures are not signed any more: the certificate of ");
  }

  @Test
  void aKeyStoreThatCannotBeUsedIsNamedWithWhatItShouldBe() {
    assertThatThrownBy(() -> signing("another")).isInstanceOf(InvalidSetting.class).hasMessage(
        "ZIMAGE_C2PA_KEYSTORE must be a key store whose password is the one that is given (got \"" + keyStore + "\")");
    clock.now = key.end().plusSeconds(1);
    assertThatThrownBy(() -> signing(PASSWORD)).isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith("ZIMAGE_C2PA_KEYSTORE must be a key store whose certificate is still valid: this one ended at ");
  }

  private PictureSigning signing(String password) {
    return new PictureSigning(
        Settings.read(Map.of("ZIMAGE_C2PA_KEYSTORE", keyStore.toString(), "ZIMAGE_C2PA_KEYSTORE_PASSWORD", password)), clock,
        Platform.bean(SystemMetrics.class));
  }

  private List<Action> actions(byte[] file) {
    return ((Valid) Credentials.read(file, key.anchors())).statement().actions();
  }

  private static Handler keeping(List<String> messages) {
    return new Handler() {
      @Override
      public void publish(LogRecord entry) {
        if (entry.getLevel() == Level.SEVERE) {
          messages.add(entry.getMessage());
        }
      }

      @Override
      public void flush() { }

      @Override
      public void close() { }
    };
  }

  private static final class MovingClock extends Clock {
    private Instant now = Instant.now();

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}

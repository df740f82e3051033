package org.zimage.picture.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.zimage.picture.credentials.Credentials.Valid;
import org.zimage.picture.credentials.format.MalformedCredentials;
import org.zimage.picture.credentials.trust.TimeStamp;
import org.zimage.picture.credentials.trust.TimeStampAuthority;

class TimeStampTest {
  private static final Instant TIME = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private static final SigningKey KEY = TrialAuthority.make(Clock.systemUTC()).key();

  @Test
  void aTimeStampSaysWhenAPictureWasSigned() throws Exception {
    try (TimeStampServer server = new TimeStampServer(TIME, 1)) {
      byte[] signed = sign(TestFiles.png(64, 64), authority(server.url()));

      Valid valid = (Valid) Credentials.read(signed, anchors(server));
      assertThat(valid.statement().signedAt()).isEqualTo(TIME);
    }
  }

  @Test
  void aTimeStampKeepsASignatureGoodAfterItsCertificateHasEnded() throws Exception {
    try (TimeStampServer server = new TimeStampServer(TIME, 1)) {
      byte[] signed = sign(TestFiles.webp(64, 64), authority(server.url()));
      Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(1_000));

      assertThat(Credentials.read(signed, anchors(server), later)).isInstanceOf(Valid.class);
      assertThat(Credentials.read(signed, KEY.anchors(), later)).as("without trust in the clock").isNotInstanceOf(Valid.class);
    }
  }

  @Test
  void aTokenLongerThanUsualFindsRoom() throws Exception {
    try (TimeStampServer server = new TimeStampServer(TIME, 12)) {
      TimeStampAuthority authority = authority(server.url());

      for (int i = 1; i <= 2; i++) {
        Valid valid = (Valid) Credentials.read(sign(TestFiles.png(64, 64), authority), anchors(server));
        assertThat(valid.statement().signedAt()).isEqualTo(TIME);
      }
      assertThat(server.asked()).as("the first is asked for again").isEqualTo(3);
    }
  }

  @Test
  void withoutItsAuthorityAPictureIsSignedWithoutATimeStampAndTheLogSaysSoOnce() throws Exception {
    TimeStampServer server = new TimeStampServer(TIME, 1);
    TimeStampAuthority authority = authority(server.url());
    server.close();
    List<String> told = new CopyOnWriteArrayList<>();
    Logger log = Logger.getLogger(TimeStampAuthority.class.getName());
    Handler handler = keeping(told);
    log.addHandler(handler);
    try {
      for (int i = 1; i <= 3; i++) {
        Valid valid = (Valid) Credentials.read(sign(TestFiles.png(64, 64), authority), KEY.anchors());
        assertThat(valid.statement().signedAt()).isNull();
      }
    } finally {
      log.removeHandler(handler);
    }
    assertThat(told).hasSize(1).first().asString().startsWith("Pictures are signed without time stamps: the authority http://127.0.0.1:");
  }

  @Test
  void aTimeStampOfSomethingElseCountsForNothing() throws Exception {
    try (TimeStampServer server = new TimeStampServer(TIME, 1)) {
      byte[] token = authority(server.url()).stamp(new byte[] {1});

      assertThat(TimeStamp.read(token, new byte[] {1}).time()).isEqualTo(TIME);
      assertThatThrownBy(() -> TimeStamp.read(token, new byte[] {2})).isInstanceOf(MalformedCredentials.class)
          .hasMessage("the time stamp is for something else");
    }
  }

  private static byte[] sign(byte[] file, TimeStampAuthority authority) {
    return new Signer(KEY, authority).sign(file, SignerTest.CREATED);
  }

  private static TimeStampAuthority authority(URI url) throws GeneralSecurityException {
    return new TimeStampAuthority(url, SSLContext.getDefault());
  }

  private static Set<X509Certificate> anchors(TimeStampServer server) {
    Set<X509Certificate> anchors = new HashSet<>(KEY.anchors());
    anchors.add(server.authority());
    return anchors;
  }

  private static Handler keeping(List<String> messages) {
    return new Handler() {
      @Override
      public void publish(LogRecord entry) {
        messages.add(entry.getMessage());
      }

      @Override
      public void flush() { }

      @Override
      public void close() { }
    };
  }
}

package org.zimage.picture.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.zimage.picture.credentials.Credentials.Absent;
import org.zimage.picture.credentials.Credentials.Action;
import org.zimage.picture.credentials.Credentials.Invalid;
import org.zimage.picture.credentials.Credentials.Untrusted;
import org.zimage.picture.credentials.Credentials.Valid;
import org.zimage.picture.credentials.Provenance.SoftwareAgent;
import org.zimage.picture.credentials.format.CredentialsChunk;
import org.zimage.picture.credentials.format.MalformedCredentials;
import org.zimage.picture.credentials.format.Superbox;
import org.zimage.picture.decoding.PictureReader;

class SignerTest {
  private static final String DRAWN = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
  private static final String CHANGED = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
  private static final SoftwareAgent AGENT = new SoftwareAgent("Z-Image EE", "1.0.0");
  static final Provenance CREATED = new Provenance(DRAWN, AGENT, "a circle", null);
  private static final SigningKey KEY = TrialAuthority.make(Clock.systemUTC()).key();
  private static final Signer SIGNER = new Signer(KEY, null);

  static Stream<byte[]> files() {
    return Stream.of(TestFiles.png(64, 48), TestFiles.webp(64, 48), TestFiles.webpWithXmp(64, 48));
  }

  @ParameterizedTest
  @CsvSource({"64, 64", "333, 777", "512, 512", "1024, 768", "1025, 1"})
  void aSignedPictureSaysWhoMadeItAndHow(int width, int height) {
    for (byte[] file : List.of(TestFiles.png(width, height), TestFiles.webp(width, height), TestFiles.webpWithXmp(width, height))) {
      Valid valid = (Valid) Credentials.read(SIGNER.sign(file, CREATED), KEY.anchors());

      assertThat(valid.statement().signer()).startsWith("CN=Trial signer,");
      assertThat(valid.statement().agent()).isEqualTo(AGENT);
      assertThat(valid.statement().title()).isEqualTo("a circle");
      assertThat(valid.statement().signedAt()).isNull();
      assertThat(valid.statement().actions()).containsExactly(new Action("c2pa.created", DRAWN));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everythingElseInTheFileStaysAsItIs(byte[] file) {
    byte[] signed = SIGNER.sign(file, CREATED);

    assertThat(PictureReader.read(signed).rgb()).isEqualTo(PictureReader.read(file).rgb());
    CredentialsChunk chunk = CredentialsChunk.find(signed).orElseThrow();
    byte[] before = Arrays.copyOf(signed, chunk.start());
    byte[] after = Arrays.copyOfRange(signed, chunk.start() + chunk.length(), signed.length);
    byte[] rest = new byte[before.length + after.length];
    System.arraycopy(before, 0, rest, 0, before.length);
    System.arraycopy(after, 0, rest, before.length, after.length);
    if (rest[0] == 'R') {
      System.arraycopy(file, 4, rest, 4, 4); // the length of the whole file
    }
    assertThat(rest).isEqualTo(file);
  }

  @ParameterizedTest
  @MethodSource("files")
  void oneChangedBitOfAnyByteIsNoticed(byte[] file) {
    Ingredient source = Ingredient.of(null, Credentials.intact(SIGNER.sign(TestFiles.png(8, 8), CREATED)).orElseThrow(), KEY.anchors());
    byte[] signed = SIGNER.sign(file, new Provenance(CHANGED, AGENT, null, source));

    for (int i = 0; i < signed.length; i++) {
      byte bit = (byte) (1 << i % Byte.SIZE);
      signed[i] ^= bit;
      assertThat(Credentials.read(signed, KEY.anchors())).as("byte " + i).isNotInstanceOf(Valid.class);
      signed[i] ^= bit;
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void oneChangedPixelOrTextIsAForgery(byte[] file) {
    byte[] signed = SIGNER.sign(file, CREATED);
    int inside = new String(signed, StandardCharsets.ISO_8859_1).indexOf("xmpmeta");
    for (int place : inside < 0 ? new int[] {40} : new int[] {40, inside}) {
      int outside = signed[0] == 'R' || place == inside ? place : signed.length - 40;
      byte[] changed = signed.clone();
      changed[outside]++;

      assertThat(Credentials.read(changed, KEY.anchors())).isEqualTo(new Invalid("the file was changed after it was signed"));
    }
  }

  @Test
  void aChangedPictureNamesTheOneItWasMadeFromWithItsCredentials() {
    byte[] source = SIGNER.sign(TestFiles.png(64, 64), CREATED);
    Ingredient ingredient = Ingredient.of("the source", Credentials.intact(source).orElseThrow(), KEY.anchors());

    byte[] signed = SIGNER.sign(TestFiles.webp(64, 64), new Provenance(CHANGED, AGENT, null, ingredient));

    Valid valid = (Valid) Credentials.read(signed, KEY.anchors());
    assertThat(valid.statement().actions()).containsExactly(new Action("c2pa.opened", null), new Action("c2pa.edited", CHANGED));
    List<String> manifests = Superbox.read(CredentialsChunk.find(signed).orElseThrow().store()).children().stream().map(Superbox::label).toList();
    assertThat(manifests).hasSize(2).endsWith(valid.statement().manifest())
        .startsWith(((Valid) Credentials.read(source, KEY.anchors())).statement().manifest());
  }

  @Test
  void othersCredentialsAreNotPassedOn() {
    SigningKey other = TrialAuthority.make(Clock.systemUTC()).key();
    byte[] source = new Signer(other, null).sign(TestFiles.png(64, 64), CREATED);

    assertThat(Ingredient.of(null, Credentials.intact(source).orElseThrow(), KEY.anchors()).store()).isNull();
  }

  @Test
  void aPictureThatWasChangedHasNoIntactCredentials() {
    byte[] source = SIGNER.sign(TestFiles.png(64, 64), CREATED);
    source[source.length - 40]++;

    assertThat(Credentials.intact(source)).isEmpty();
  }

  @Test
  void aSignerOfAnotherAuthorityIsNotTrusted() {
    byte[] signed = SIGNER.sign(TestFiles.png(64, 64), CREATED);

    for (Set<X509Certificate> anchors : List.of(Set.<X509Certificate>of(),
        TrialAuthority.make(Clock.systemUTC()).key().anchors())) {
      assertThat(Credentials.read(signed, anchors)).isInstanceOfSatisfying(Untrusted.class,
          untrusted -> assertThat(untrusted.reason()).endsWith("leads to no authority that is trusted here"));
    }
  }

  @Test
  void aSignatureIsNotTrustedAfterItsCertificateHasEnded() {
    byte[] signed = SIGNER.sign(TestFiles.png(64, 64), CREATED);
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(400));

    assertThat(Credentials.read(signed, KEY.anchors(), later)).isInstanceOfSatisfying(Untrusted.class,
        untrusted -> assertThat(untrusted.reason()).contains("holds from"));
  }

  @Test
  void aFileWithoutCredentialsHasNone() {
    assertThat(Credentials.read(TestFiles.png(64, 64), KEY.anchors())).isInstanceOf(Absent.class);
    assertThat(Credentials.read(TestFiles.webpWithXmp(64, 64), KEY.anchors())).isInstanceOf(Absent.class);
    assertThat(Credentials.read("no picture".getBytes(StandardCharsets.UTF_8), KEY.anchors())).isInstanceOf(Absent.class);
  }

  @Test
  void nothingIsSignedTwice() {
    byte[] signed = SIGNER.sign(TestFiles.png(64, 64), CREATED);

    assertThatThrownBy(() -> SIGNER.sign(signed, CREATED)).isInstanceOf(MalformedCredentials.class);
  }
}

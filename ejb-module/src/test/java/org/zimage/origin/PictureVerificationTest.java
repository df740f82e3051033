package org.zimage.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.api.origin.PictureOrigin;
import org.zimage.api.origin.PictureOrigin.Match;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.error.InvalidRequest;
import org.zimage.history.History;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredPicture;
import org.zimage.input.PictureTurns;
import org.zimage.picture.Picture;
import org.zimage.picture.credentials.Provenance.SoftwareAgent;
import org.zimage.picture.credentials.Provenance;
import org.zimage.picture.credentials.Signer;
import org.zimage.picture.credentials.TrialAuthority;
import org.zimage.picture.encoding.EncodedPicture;
import org.zimage.picture.encoding.PngWriter;
import org.zimage.picture.encoding.WebpWriter;
import org.zimage.picture.marking.DigitalSourceType;
import org.zimage.picture.marking.Marks;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.recognition.PictureFingerprint;
import org.zimage.recognition.KnownPictures;
import org.zimage.request.JsonText;
import org.zimage.settings.Settings;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class PictureVerificationTest {
  private static final Marks MARKS = new Marks(DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA, null);
  private static final Instant MADE = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir
  private Path folder;
  private final Database database = new Database();
  private final PictureVerification verification = Platform.bean(PictureVerification.class);
  private final ImageStore store = Platform.bean(ImageStore.class);
  private final Submission submission = Platform.bean(Submission.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final Picture circle = circle(Color.RED);
  private Caller owner;
  private Caller other;

  @BeforeEach
  void identify() {
    owner = Platform.bean(Callers.class).identify("owner's key", Origin.NODE);
    other = Platform.bean(Callers.class).identify("other's key", Origin.NODE);
  }

  @Test
  void aFileThatWasMadeHereIsFoundByItsBytes() {
    TaskId task = finished(owner, circle);

    PictureOrigin png = verify(file(task, "relative_path"), owner);
    PictureOrigin webp = verify(file(task, "preview_relative_path"), owner);

    assertThat(png.madeHere()).isEqualTo(PictureOrigin.EXACTLY);
    Match match = png.matches().get(0);
    assertThat(match.taskId()).isEqualTo(task.value());
    assertThat(match.batchId()).isEqualTo(database.batchOf(task).get("id").toString());
    assertThat(match.index()).isZero();
    assertThat(match.distance()).isZero();
    assertThat(match.madeAt()).isNotNull();
    assertThat(match.format()).isEqualTo("png");
    assertThat(match.imageUrl()).isEqualTo("/generated-images/" + database.task(task).get("relative_path"));
    assertThat(png.credentials().status()).isEqualTo("none");
    assertThat(webp.madeHere()).isEqualTo(PictureOrigin.EXACTLY);
    assertThat(webp.matches()).extracting(Match::format, Match::imageUrl)
        .containsExactly(tuple("webp", "/generated-images/" + database.task(task).get("preview_relative_path")));
  }

  @Test
  void aPictureThatWasResizedOrCompressedAnewIsFoundByItsLook() throws IOException {
    TaskId task = finished(owner, circle);
    Picture half = circle.resizedTo(100, 80);

    for (byte[] changed : List.of(png(half), WebpWriter.write(100, 80, half.rgb()), jpeg(circle), jpeg(half))) {
      PictureOrigin origin = verify(changed, owner);

      assertThat(origin.madeHere()).isEqualTo(PictureOrigin.SIMILAR);
      assertThat(origin.matches()).extracting(Match::taskId).containsExactly(task.value());
      assertThat(origin.matches().get(0).distance()).isBetween(0, 10);
      assertThat(origin.unreadable()).isNull();
    }
  }

  @Test
  void theMostSimilarComesFirstAndOnlySomeAreTold() {
    Picture resized = circle.resizedTo(90, 70);
    for (int i = 0; i < 11; i++) {
      finished(owner, circle.resizedTo(120 + i, 100));
    }
    TaskId closest = finished(owner, resized);

    List<Match> matches = verify(jpeg(resized), owner).matches();

    assertThat(matches).hasSize(PictureOrigin.MOST_MATCHES).isSortedAccordingTo((a, b) -> a.distance() - b.distance());
    assertThat(verify(png(resized), owner).matches().get(0).taskId()).isEqualTo(closest.value());
  }

  @Test
  void aForeignOrCroppedPictureIsNotFound() {
    finished(owner, circle);

    for (Picture another : List.of(circle(Color.BLUE), circle.centre(160, 130))) {
      PictureOrigin origin = verify(png(another), owner);

      assertThat(origin.madeHere()).isEqualTo(PictureOrigin.UNKNOWN);
      assertThat(origin.matches()).isEmpty();
    }
  }

  @Test
  void clientsLearnOfTheirOwnPicturesOnlyAndTheAdministratorOfAll() {
    TaskId task = finished(owner, circle);
    byte[] exact = file(task, "relative_path");
    byte[] similar = jpeg(circle);

    for (byte[] file : List.of(exact, similar)) {
      assertThat(verify(file, other).madeHere()).isEqualTo(PictureOrigin.UNKNOWN);
      assertThat(verify(file, other).matches()).isEmpty();
      assertThat(verify(file, new Caller.Administrator("boss", Origin.NODE)).matches()).extracting(Match::taskId).containsExactly(task.value());
      assertThat(verify(file, Caller.ANONYMOUS).matches()).extracting(Match::taskId).containsExactly(task.value());
    }
    TaskId others = finished(other, circle);
    assertThat(verify(exact, other).matches()).as("the same file, drawn twice").extracting(Match::taskId).containsExactly(others.value());
  }

  @Test
  void aPictureGoesWithItsTaskAndOneOfALostClaimIsNeverKnown() {
    TaskId task = finished(owner, circle);
    byte[] file = file(task, "relative_path");
    TaskId running = submit(owner);
    Claim lost = ledger.claim(running, "worker").orElseThrow().claim();
    database.execute("UPDATE image_generation_tasks SET attempt = attempt + 1 WHERE task_id = '" + running + "'");
    assertThat(ledger.succeed(lost, stored(running, circle(Color.GREEN), UnaryOperator.identity()))).isFalse();
    assertThat(database.number("SELECT count(*) FROM pictures")).isOne();

    Platform.bean(History.class).delete(database.batchOf(task).get("id").toString(), owner, false);

    assertThat(database.number("SELECT count(*) FROM pictures")).isZero();
    assertThat(verify(file, owner).madeHere()).isEqualTo(PictureOrigin.UNKNOWN);
  }

  @Test
  void credentialsAreValidWhereTheirAuthorityIsTrusted() throws IOException {
    TrialAuthority authority = TrialAuthority.make(Clock.systemUTC());
    byte[] signed = signed(authority);
    Path anchors = Files.writeString(folder.resolve("authority.pem"), authority.certificate());

    PictureOrigin.Signature unknown = verify(signed, owner).credentials();
    PictureOrigin.Signature trusted = with(Map.of("ZIMAGE_C2PA_ANCHORS", anchors.toString()))
        .verify(new ByteArrayInputStream(signed), List.of("body"), owner).credentials();

    assertThat(unknown.status()).isEqualTo("untrusted");
    assertThat(unknown.problem()).contains("leads to no authority that is trusted here");
    assertThat(trusted.status()).isEqualTo("valid");
    assertThat(trusted.problem()).isNull();
    for (PictureOrigin.Signature each : List.of(unknown, trusted)) {
      assertThat(each.signer()).isEqualTo(authority.key().certificate().getSubjectX500Principal().getName());
      assertThat(each.issuer()).isEqualTo(authority.key().certificate().getIssuerX500Principal().getName());
      assertThat(each.software()).startsWith("Z-Image EE");
      assertThat(each.signedAt()).as("without a time stamp").isNull();
    }
  }

  @Test
  void anAuthorityOfThisNodesKeyStoreIsTrustedAndAnAbsentKeyStoreIsNoFault() throws IOException {
    TrialAuthority authority = TrialAuthority.make(Clock.systemUTC());
    Path keyStore = folder.resolve("pictures.p12");
    Files.write(keyStore, authority.keyStore("secret"));
    Map<String, String> settings = new HashMap<>(Map.of("ZIMAGE_C2PA_KEYSTORE", keyStore.toString(), "ZIMAGE_C2PA_KEYSTORE_PASSWORD", "secret"));
    byte[] signed = signed(authority);

    assertThat(with(settings).verify(new ByteArrayInputStream(signed), List.of("body"), owner).credentials().status()).isEqualTo("valid");
    settings.put("ZIMAGE_C2PA_KEYSTORE_PASSWORD", "another");
    assertThatThrownBy(() -> with(settings)).hasMessage(
        "ZIMAGE_C2PA_KEYSTORE must be a key store whose password is the one that is given (got \"" + keyStore + "\")");
    settings.put("ZIMAGE_C2PA_KEYSTORE", folder.resolve("on the workers only.p12").toString());
    assertThat(with(settings).verify(new ByteArrayInputStream(signed), List.of("body"), owner).credentials().status()).isEqualTo("untrusted");
  }

  /** One that can still be seen is found by its look; one that cannot is told of all the same. */
  @Test
  void aChangedByteMakesTheCredentialsInvalid() {
    TrialAuthority authority = TrialAuthority.make(Clock.systemUTC());
    Signer signer = new Signer(authority.key(), null);
    TaskId task = finished(owner, circle, file -> signer.sign(file, provenance()));
    byte[] file = file(task, "relative_path");
    String text = new String(file, StandardCharsets.ISO_8859_1);

    PictureOrigin whole = verify(file, owner);
    PictureOrigin changedText = verify(changed(file, text.indexOf("a cat")), owner);
    PictureOrigin changedPixels = verify(changed(file, text.indexOf("IDAT") + 40), owner);

    assertThat(whole.madeHere()).isEqualTo(PictureOrigin.EXACTLY);
    assertThat(whole.credentials().status()).isEqualTo("untrusted");
    assertThat(changedText.credentials().status()).isEqualTo("invalid");
    assertThat(changedText.credentials().problem()).isEqualTo("the file was changed after it was signed");
    assertThat(changedText.madeHere()).isEqualTo(PictureOrigin.SIMILAR);
    assertThat(changedPixels.credentials().status()).isEqualTo("invalid");
    assertThat(changedPixels.madeHere()).isNotEqualTo(PictureOrigin.EXACTLY);
    PictureOrigin cutOff = verify(Arrays.copyOf(file, file.length - 400), owner);
    assertThat(cutOff.madeHere()).isEqualTo(PictureOrigin.UNKNOWN);
    assertThat(cutOff.unreadable()).isEqualTo("The PNG file ends before the picture does. Send all of it.");
  }

  @Test
  void whatIsNoPictureIsRefusedWithItsFieldAndTheRemedy() {
    assertThatThrownBy(() -> verify(new byte[0], owner)).isInstanceOf(InvalidRequest.class)
        .hasMessage("body.image: Value error, The picture has no bytes. Send it as PNG, JPEG or WebP.");
    assertThatThrownBy(() -> verify("GIF89a".getBytes(StandardCharsets.US_ASCII), owner)).isInstanceOf(InvalidRequest.class)
        .hasMessage("body.image: Value error, GIF is not read. Send it as PNG, JPEG or WebP.");
    assertThatThrownBy(() -> verify(new byte[(int) Settings.DEFAULT_MAX_INPUT_BYTES + 1], owner)).isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("The picture has more than 20971520 bytes. Make it smaller");
    byte[] wide = png(new Picture(8193, 1, new byte[3 * 8193]));
    assertThatThrownBy(() -> verify(wide, owner)).isInstanceOf(InvalidRequest.class).hasMessageContaining(
        "The picture is 8193x1, and at most 16777216 pixels are read, 8192 on each side. Make it smaller.");
  }

  private PictureVerification with(Map<String, String> settings) {
    Settings read = Settings.read(settings);
    return new PictureVerification(new TrustedSigners(read), Platform.bean(KnownPictures.class), Platform.bean(PictureTurns.class), read);
  }

  private PictureOrigin verify(byte[] file, Caller caller) {
    try {
      return verification.verify(new ByteArrayInputStream(file), List.of("body", "image"), caller);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TaskId finished(Caller caller, Picture picture) {
    return finished(caller, picture, UnaryOperator.identity());
  }

  private TaskId finished(Caller caller, Picture picture, UnaryOperator<byte[]> finish) {
    TaskId task = submit(caller);
    Claim claim = ledger.claim(task, "worker").orElseThrow().claim();
    ledger.announce(claim, task.value(), MADE);
    assertThat(ledger.succeed(claim, stored(task, picture, finish))).isTrue();
    return task;
  }

  private TaskId submit(Caller caller) {
    return submission.submit(GenerationRequest.read(JsonText.parse("{\"prompt\":\"a cat\"}")), caller, null);
  }

  private StoredPicture stored(TaskId task, Picture picture, UnaryOperator<byte[]> finish) {
    EncodedPicture files =
        EncodedPicture.of(picture.width(), picture.height(), picture.rgb(), Map.of("prompt", "a cat"), MARKS, finish);
    return store.store(task.value(), MADE, files).recognisedBy(PictureFingerprint.of(picture, files));
  }

  private byte[] file(TaskId task, String column) {
    try (var in = store.find(new RelativePath((String) database.task(task).get(column))).orElseThrow().open()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] signed(TrialAuthority authority) {
    return new Signer(authority.key(), null).sign(png(circle), provenance());
  }

  private static Provenance provenance() {
    return new Provenance(DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA.uri(), SoftwareAgent.product(), null, null);
  }

  private static byte[] changed(byte[] file, int place) {
    byte[] changed = file.clone();
    changed[place] ^= 1;
    return changed;
  }

  private static Picture circle(Color colour) {
    return picture(drawn(colour));
  }

  private static BufferedImage drawn(Color colour) {
    BufferedImage image = new BufferedImage(200, 160, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, 200, 160);
    graphics.setColor(colour);
    graphics.fillOval(20, 30, 90, 90);
    return image;
  }

  private static Picture picture(BufferedImage image) {
    byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
    for (int i = 0; i < rgb.length / 3; i++) {
      int pixel = image.getRGB(i % image.getWidth(), i / image.getWidth());
      rgb[3 * i] = (byte) (pixel >> 16);
      rgb[3 * i + 1] = (byte) (pixel >> 8);
      rgb[3 * i + 2] = (byte) pixel;
    }
    return new Picture(image.getWidth(), image.getHeight(), rgb);
  }

  private static byte[] png(Picture picture) {
    return PngWriter.write(picture.width(), picture.height(), picture.rgb(), Map.of(), null);
  }

  private static byte[] jpeg(Picture picture) {
    BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    byte[] rgb = picture.rgb();
    for (int i = 0; i < rgb.length / 3; i++) {
      image.setRGB(i % picture.width(), i / picture.width(),
          (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "jpeg", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }
}

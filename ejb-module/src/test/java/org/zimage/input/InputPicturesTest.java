package org.zimage.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.error.InvalidRequest;
import org.zimage.history.History;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.picture.Picture;
import org.zimage.picture.credentials.Credentials;
import org.zimage.picture.credentials.Provenance;
import org.zimage.picture.credentials.Provenance.SoftwareAgent;
import org.zimage.picture.credentials.Signer;
import org.zimage.picture.credentials.TrialAuthority;
import org.zimage.picture.encoding.EncodedPicture;
import org.zimage.picture.encoding.PngWriter;
import org.zimage.picture.marking.DigitalSourceType;
import org.zimage.picture.marking.Marks;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.GenerationTask.StartPictures;
import org.zimage.task.TaskId;
import org.zimage.task.TaskNotAllowed;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class InputPicturesTest {
  private final Database database = new Database();
  private final InputPictures inputs = Platform.bean(InputPictures.class);
  private final ImageStore store = Platform.bean(ImageStore.class);
  private final Submission submission = Platform.bean(Submission.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private Caller owner;
  private Caller other;

  @BeforeEach
  void identify() {
    owner = Platform.bean(Callers.class).identify("owner's key", Origin.NODE);
    other = Platform.bean(Callers.class).identify("other's key", Origin.NODE);
  }

  @Test
  void aTaskBeginsWithThePictureThatWasSent() {
    TaskId task = submit(owner, "\"image\":\"" + png(96, 64, Color.RED) + "\"");

    StartPictures start = start(task);
    Picture kept = inputs.read(start.imagePath());
    assertThat(kept.width()).isEqualTo(96);
    assertThat(kept.height()).isEqualTo(64);
    assertThat(kept.rgb()).startsWith(255, 0, 0);
    assertThat(start.maskPath()).isNull();
    assertThat(database.task(task)).containsEntry("width", 96).containsEntry("height", 64);
    assertThat(database.task(task).get("image").toString()).startsWith("sha256:");
  }

  @Test
  void pictureAndMaskAreBroughtToTheSizeThatIsAskedFor() {
    TaskId task = submit(owner, "\"width\":128,\"height\":64,\"image\":\"" + png(96, 64, Color.RED) + "\",\"mask_image\":\""
        + png(32, 32, Color.WHITE) + "\"");

    StartPictures start = start(task);
    assertThat(inputs.read(start.imagePath()).width()).isEqualTo(128);
    assertThat(inputs.readMask(start.maskPath()).grey()).hasSize(128 * 64).containsOnly(255);
  }

  @ParameterizedTest
  @CsvSource({"4096, 1024, , , 2048, 512", "96, 64, 480, , 480, 320", "96, 64, , 320, 480, 320", "32, 32, , , 64, 64"})
  void sidesThatNobodyAskedForFollowFromThePicture(int width, int height, Integer askedWidth, Integer askedHeight, int expectedWidth,
      int expectedHeight) {
    TaskId task = submit(owner, (askedWidth == null ? "" : "\"width\":" + askedWidth + ",")
        + (askedHeight == null ? "" : "\"height\":" + askedHeight + ",") + "\"image\":\"" + png(width, height, Color.BLUE) + "\"");

    assertThat(database.task(task)).containsEntry("width", expectedWidth).containsEntry("height", expectedHeight);
  }

  @Test
  void aTaskBeginsWithThePictureOfAnother() {
    TaskId first = finished(owner, 64, 64, Color.GREEN);

    TaskId second = submit(owner, "\"image\":\"task:" + first + "\",\"strength\":0.5");

    assertThat(inputs.read(start(second).imagePath()).rgb()).startsWith(0, 255, 0);
    assertThat(database.task(second)).containsEntry("image", "task:" + first).containsEntry("strength", 0.5);
  }

  @Test
  void theCredentialsOfASignedPictureAreKeptUnlessItWasChanged() {
    byte[] signed = new Signer(TrialAuthority.make(Clock.systemUTC()).key(), null).sign(
        PngWriter.write(64, 64, new byte[3 * 64 * 64], Map.of("note", "a cat"), null),
        new Provenance("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia", SoftwareAgent.product(), null, null));
    byte[] changed = signed.clone();
    changed[new String(signed, StandardCharsets.ISO_8859_1).indexOf("a cat")] = 'A';

    TaskId whole = submit(owner, "\"image\":\"" + dataUrl(signed) + "\",\"width\":128");
    TaskId forged = submit(owner, "\"image\":\"" + dataUrl(changed) + "\"");
    TaskId unsigned = submit(owner, "\"image\":\"" + png(64, 64, Color.RED) + "\"");

    assertThat(inputs.credentials(start(whole).imagePath()).orElseThrow()).isEqualTo(Credentials.intact(signed).orElseThrow());
    assertThat(inputs.credentials(start(forged).imagePath())).isEmpty();
    assertThat(inputs.credentials(start(unsigned).imagePath())).isEmpty();
  }

  private static String dataUrl(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  @Test
  void nobodyBeginsWithThePictureOfAnotherClient() {
    TaskId first = finished(owner, 64, 64, Color.GREEN);

    assertThatThrownBy(() -> submit(other, "\"image\":\"task:" + first + "\"")).isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("body.image").hasMessageContaining("Not allowed");
    assertThat(files()).isZero();
  }

  @Test
  void aTaskWithoutAPictureIsNoStart() {
    TaskId waiting = submit(owner, "\"width\":64");

    assertThatThrownBy(() -> submit(owner, "\"image\":\"task:" + waiting + "\"")).isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("the task has no picture: it is pending");
    assertThatThrownBy(() -> submit(owner, "\"image\":\"task:00000000000000000000000000000000\""))
        .isInstanceOf(InvalidRequest.class).hasMessageContaining("Task not found");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "'\"image\":\"data:image/png;base64,AAAA\"' | body.image: Value error",
      "'\"image\":\"data:image/png;base64,!\"' | body.image: Value error, image should be a data URL",
      "'\"image\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"' | did not come with the request",
      "'\"image\":\"https://example.org/a.png\"' | body.image: Value error, image should be a data URL",
      "'\"image\":7' | body.image: Value error, image should be a data URL",
      "'\"mask_image\":\"task:a\"' | body.mask_image: Value error, mask_image needs a picture to start from",
      "'\"strength\":0.5' | body.strength: Value error, strength needs a picture to start from",
      "'\"image\":\"task:a\",\"strength\":0' | body.strength: Value error, with a strength of 0, no step is left",
      "'\"image\":\"task:a\",\"strength\":1.5' | body.strength: Input should be less than or equal to 1"})
  void whatCannotBeUsedIsNamed(String fields, String message) {
    assertThatThrownBy(() -> submit(owner, fields)).isInstanceOf(InvalidRequest.class).hasMessageContaining(message);
    assertThat(files()).isZero();
  }

  @Test
  void onlyTheOwnerSeesWhatATaskBeginsWith() {
    TaskId task = submit(owner, "\"image\":\"" + png(64, 64, Color.RED) + "\"");

    assertThat(inputs.find(task.value(), InputPictures.Kind.IMAGE, owner)).isPresent();
    assertThat(inputs.find(task.value(), InputPictures.Kind.MASK_IMAGE, owner)).isEmpty();
    assertThatThrownBy(() -> inputs.find(task.value(), InputPictures.Kind.IMAGE, other)).isInstanceOf(TaskNotAllowed.class);
    assertThat(RelativePath.parse(start(task).imagePath())).as("a path that a caller may send").isEmpty();
  }

  @Test
  void aPictureStaysWhileATaskBeginsWithItAndGoesWithTheBatch() throws Exception {
    TaskId task = submit(owner, "\"image\":\"" + png(64, 64, Color.RED) + "\"");
    RelativePath path = new RelativePath(start(task).imagePath());
    removeAbandoned();
    assertThat(store.find(path)).isPresent();

    Platform.bean(History.class).delete(database.task(task).get("batch_id").toString(), owner, false);
    removeAbandoned();

    assertThat(store.find(path)).isEmpty();
    assertThat(files()).isZero();
  }

  @Test
  void aPictureThatJustCameIsLeftToItsRequest() throws Exception {
    receive(owner, "\"image\":\"" + png(64, 64, Color.RED) + "\"");

    Platform.bean(AbandonedInputs.class).run();
    assertThat(files()).isOne();

    removeAbandoned();
    assertThat(files()).isZero();
  }

  private void removeAbandoned() throws SQLException {
    database.execute("UPDATE input_pictures SET created_at = created_at - interval '1 hour'");
    database.execute("DELETE FROM chores WHERE name = 'inputs'");
    Platform.bean(AbandonedInputs.class).run();
  }

  private long files() {
    return database.number("SELECT count(*) FROM input_pictures");
  }

  private TaskId submit(Caller caller, String fields) {
    return submission.submit(receive(caller, fields), caller, null);
  }

  private GenerationRequest receive(Caller caller, String fields) {
    try {
      return inputs.receive(
          new ByteArrayInputStream(("{\"prompt\":\"a cat\"," + fields + "}").getBytes(StandardCharsets.UTF_8)), caller);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StartPictures start(TaskId task) {
    return new StartPictures((String) database.task(task).get("image_path"), (String) database.task(task).get("mask_path"));
  }

  private TaskId finished(Caller caller, int width, int height, Color colour) {
    TaskId task = submit(caller, "\"width\":" + width + ",\"height\":" + height);
    Claim claim = ledger.claim(task, "worker").orElseThrow().claim();
    Instant made = Instant.parse("2026-01-02T03:04:05Z");
    String imageId = task.value();
    ledger.announce(claim, imageId, made);
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) colour.getRed();
      rgb[i + 1] = (byte) colour.getGreen();
      rgb[i + 2] = (byte) colour.getBlue();
    }
    ledger.succeed(claim, store.store(imageId, made, EncodedPicture.of(width, height, rgb, Map.of(),
        new Marks(DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA, null))));
    return task;
  }

  private static String png(int width, int height, Color colour) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(colour);
    graphics.fillRect(0, 0, width, height);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(file.toByteArray());
  }
}

package org.zimage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.picture.encoding.EncodedPicture;
import org.zimage.platform.S3Server;
import org.zimage.settings.Authorities;
import org.zimage.settings.InvalidSetting;
import org.zimage.settings.S3Settings;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/** Against S3Proxy, a real S3 server: see {@link S3Server}. */
class S3StoreTest {
  private static final String ID = "0123456789abcdef0123456789abcdef";
  private static final Instant NEW_YEAR = Instant.parse("2026-01-01T12:34:56.789Z");
  private static final EncodedPicture PICTURE = new EncodedPicture(new byte[] {1, 2, 3, 4, 5}, new byte[] {6});

  @TempDir
  private static Path serverFolder;
  private static S3Server server;

  @TempDir
  private Path disk;
  private S3Store store;

  @BeforeAll
  static void startServer() throws IOException {
    server = S3Server.start(serverFolder);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void openStore() {
    store = new S3Store(settings(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, S3Server.BUCKET), Authorities.OF_JAVA, new DiskStore(disk));
  }

  @AfterEach
  void closeStore() throws IOException {
    store.close();
    try (Stream<Path> files = Files.walk(server.bucket())) {
      for (Path file : files.filter(file -> !file.equals(server.bucket())).sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void aFileIsStoredAndReadAgain() throws IOException {
    byte[] content = new byte[3 << 20];
    new Random(1).nextBytes(content);
    RelativePath path = RelativePath.ofAdapter("ab12");

    store.put(path, Files.write(disk.resolve("adapter"), content));

    assertThat(server.bucket().resolve("team/z-image/loras/ab12.safetensors")).hasBinaryContent(content);
    try (InputStream stored = store.find(path).orElseThrow().open()) {
      assertThat(stored.readAllBytes()).isEqualTo(content);
    }
    store.remove(path);
    assertThat(store.find(path)).isEmpty();
  }

  @Test
  void aPictureAndItsPreviewAreObjectsUnderThePrefix() throws IOException {
    StoredPicture stored = store.store(ID, NEW_YEAR, PICTURE);

    assertThat(stored.relativePath().value()).isEqualTo("20260101/123456_" + ID + ".png");
    assertThat(stored.previewRelativePath().value()).isEqualTo("20260101/123456_" + ID + ".webp");
    assertThat(stored.outputPath()).isEqualTo("s3://pictures/team/z-image/20260101/123456_" + ID + ".png");
    assertThat(stored.previewOutputPath()).isEqualTo("s3://pictures/team/z-image/20260101/123456_" + ID + ".webp");
    assertThat(server.bucket().resolve("team/z-image/20260101/123456_" + ID + ".png")).hasBinaryContent(PICTURE.png());
    assertThat(disk).isEmptyDirectory();
  }

  @Test
  void aPictureIsFoundWithItsSizeAndReadInParts() throws IOException {
    StoredImage image = store.find(store.store(ID, NEW_YEAR, PICTURE).relativePath()).orElseThrow();

    assertThat(image.length()).isEqualTo(5);
    assertThat(image.tag()).matches("[0-9a-f-]+");
    assertThat(image.modified()).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
    assertThat(image.open()).hasBinaryContent(PICTURE.png());
    assertThat(image.open(1, 3)).hasBinaryContent(new byte[] {2, 3, 4});
  }

  @Test
  void aLargePictureComesBackAsItWas() throws IOException {
    byte[] png = new byte[12 << 20];
    new Random(1).nextBytes(png);

    StoredImage image = store.find(store.store(ID, NEW_YEAR, new EncodedPicture(png, new byte[] {1})).relativePath())
        .orElseThrow();

    assertThat(image.open()).hasBinaryContent(png);
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(store.find(new RelativePath("20260101/missing.png"))).isEmpty();
  }

  @Test
  void aPictureOfTheTimeBeforeIsFoundOnTheDisk() throws IOException {
    StoredPicture old = new DiskStore(disk).store(ID, NEW_YEAR, PICTURE);

    assertThat(store.find(old.relativePath()).orElseThrow().open()).hasBinaryContent(PICTURE.png());
  }

  @Test
  void withoutTheServerOldPicturesAreFoundAndNobodySaysThatOthersAreNotThere() throws IOException {
    StoredPicture old = new DiskStore(disk).store(ID, NEW_YEAR, PICTURE);
    RelativePath other = store.store(ID, NEW_YEAR.plusSeconds(1), PICTURE).relativePath();
    server.stop();
    try {
      assertThat(store.find(old.relativePath())).isPresent();
      assertThatThrownBy(() -> store.find(other)).isInstanceOf(StorageFailed.class);
      assertThatThrownBy(() -> store.store(ID, NEW_YEAR, PICTURE)).isInstanceOf(StorageFailed.class);
      assertThatThrownBy(store::checkReading).isInstanceOf(StorageFailed.class);
      assertThatThrownBy(store::checkWriting).isInstanceOf(StorageFailed.class);
      assertThatThrownBy(store::checkSettings).isInstanceOf(StorageFailed.class);
    } finally {
      server.start();
    }

    assertThat(store.find(other)).isPresent();
    store.checkWriting();
  }

  @Test
  void aServerThatSaysNothingIsNotWaitedForForLong() throws Exception {
    RelativePath path = store.store(ID, NEW_YEAR, PICTURE).relativePath();
    StoredImage image = store.find(path).orElseThrow();
    server.freeze();
    try {
      assertThatThrownBy(() -> store.find(path)).isInstanceOf(StorageFailed.class)
          .hasCauseInstanceOf(ApiCallTimeoutException.class);
      assertThatThrownBy(image::open).isInstanceOf(StorageFailed.class).hasCauseInstanceOf(ApiCallTimeoutException.class);
      assertThatThrownBy(() -> store.remove(new RelativePath("20260101/another.png"))).isInstanceOf(StorageFailed.class)
          .hasCauseInstanceOf(ApiCallTimeoutException.class);
    } finally {
      server.thaw();
    }
    assertThat(store.find(path)).isPresent();
  }

  @Test
  void aServerThatStopsInTheMiddleOfAPictureIsAFailureOfTheStore() throws Exception {
    byte[] png = new byte[32 << 20];
    StoredImage image = store.find(store.store(ID, NEW_YEAR, new EncodedPicture(png, new byte[] {1})).relativePath()).orElseThrow();
    try (InputStream in = image.open()) {
      assertThat(in.read()).isZero();
      server.stop();

      assertThatThrownBy(in::readAllBytes).isInstanceOf(StorageFailed.class);
      assertThatThrownBy(image::open).isInstanceOf(StorageFailed.class);
    } finally {
      server.start();
    }
  }

  @Test
  void theFolderOfTheTimeBeforeNeedNotBeThere() {
    try (S3Store fresh = new S3Store(settings(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, S3Server.BUCKET),
        Authorities.OF_JAVA, new DiskStore(disk.resolve("never-made")))) {
      assertThat(fresh.find(fresh.store(ID, NEW_YEAR, PICTURE).relativePath())).isPresent();
      assertThat(fresh.find(new RelativePath("20260101/missing.png"))).isEmpty();
    }
  }

  @Test
  void aPreviewWhosePictureCannotBeStoredDoesNotStay() throws IOException {
    // A folder where the object should be: the server answers an error
    Path inTheWay = server.bucket().resolve("team/z-image/20260101/123456_" + ID + ".png");
    Files.createDirectories(inTheWay.resolve("x"));

    assertThatThrownBy(() -> store.store(ID, NEW_YEAR, PICTURE)).isInstanceOf(StorageFailed.class);

    assertThat(inTheWay.resolveSibling("123456_" + ID + ".webp")).doesNotExist();
  }

  @Test
  void aBucketThatDoesNotExistIsAWrongSetting() {
    assertWrong(settings(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, "no-such-bucket"),
        "S3_BUCKET_NAME must be a bucket that exists (got \"no-such-bucket\")");
  }

  @Test
  void aKeyThatNobodyKnowsIsAWrongSetting() {
    assertWrong(settings("another-access", S3Server.SECRET_KEY, S3Server.BUCKET),
        "S3_ACCESS_KEY must be a key that the S3 store knows");
  }

  @Test
  void aSecretThatDoesNotBelongToTheKeyIsAWrongSettingThatIsNotShown() {
    assertWrong(settings(S3Server.ACCESS_KEY, "another-secret", S3Server.BUCKET),
        "S3_SECRET_KEY must be the secret that belongs to S3_ACCESS_KEY");
  }

  @Test
  void failuresDoNotShowTheKeys() {
    try (S3Store wrong = new S3Store(settings("another-access", "another-secret", S3Server.BUCKET),
        Authorities.OF_JAVA, new DiskStore(disk))) {
      assertThatThrownBy(() -> wrong.store(ID, NEW_YEAR, PICTURE)).isInstanceOf(StorageFailed.class)
          .satisfies(failure -> assertThat(Throwables.getStackTrace(failure))
              .doesNotContain("another-secret").doesNotContain("another-access"));
    }
  }

  /** The server is the proxy here, so that nobody has to know the name. */
  @Test
  void aStoreMayHaveANameWithAnUnderscore() throws IOException {
    S3Settings usual = settings(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, S3Server.BUCKET);
    System.setProperty("http.proxyHost", server.endpoint().getHost());
    System.setProperty("http.proxyPort", String.valueOf(server.endpoint().getPort()));
    try (S3Store named = new S3Store(new S3Settings(URI.create("http://my_store:9000"), usual.region(), usual.accessKey(),
        usual.secretKey(), usual.bucket(), usual.prefix()), Authorities.OF_JAVA, new DiskStore(disk))) {
      StoredPicture stored = named.store(ID, NEW_YEAR, PICTURE);

      assertThat(named.find(stored.relativePath()).orElseThrow().open()).hasBinaryContent(PICTURE.png());
    } finally {
      System.clearProperty("http.proxyHost");
      System.clearProperty("http.proxyPort");
    }
  }

  private void assertWrong(S3Settings settings, String message) {
    try (S3Store wrong = new S3Store(settings, Authorities.OF_JAVA, new DiskStore(disk))) {
      assertThatThrownBy(wrong::checkSettings).isInstanceOf(InvalidSetting.class).hasMessage(message);
      assertThatThrownBy(wrong::checkReading).isInstanceOf(StorageFailed.class);
      assertThatThrownBy(() -> wrong.store(ID, NEW_YEAR, PICTURE)).isInstanceOf(StorageFailed.class);
    }
  }

  private static S3Settings settings(String accessKey, String secretKey, String bucket) {
    return new S3Settings(server.endpoint(), "us-east-1", accessKey, secretKey, bucket, "team/z-image");
  }
}

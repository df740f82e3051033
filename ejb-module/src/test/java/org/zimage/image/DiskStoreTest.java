package org.zimage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.picture.encoding.EncodedPicture;

class DiskStoreTest {
  private static final String ID = "0123456789abcdef0123456789abcdef";
  private static final Instant NEW_YEAR = Instant.parse("2026-01-01T12:34:56.789Z");

  @TempDir
  private Path folder;

  @Test
  void aPictureAndItsPreviewShareTheirStem() throws IOException {
    StoredPicture stored = store(folder).store(ID, NEW_YEAR, new EncodedPicture(new byte[] {1, 2}, new byte[] {3}));

    assertThat(stored.relativePath().value()).isEqualTo("20260101/123456_" + ID + ".png");
    assertThat(stored.previewRelativePath().value()).isEqualTo("20260101/123456_" + ID + ".webp");
    assertThat(Path.of(stored.outputPath())).hasBinaryContent(new byte[] {1, 2}).isEqualTo(
        folder.resolve("20260101/123456_" + ID + ".png"));
    assertThat(Path.of(stored.previewOutputPath())).hasBinaryContent(new byte[] {3});
  }

  @Test
  void aPictureIsFoundWithItsSizeAndRead() throws IOException {
    ImageStore store = store(folder);
    StoredPicture stored = store.store(ID, NEW_YEAR, new EncodedPicture(new byte[] {1, 2, 3, 4}, new byte[] {5}));

    StoredImage image = store.find(stored.relativePath()).orElseThrow();

    assertThat(image.length()).isEqualTo(4);
    assertThat(image.open()).hasBinaryContent(new byte[] {1, 2, 3, 4});
    assertThat(image.open(3, 1)).hasBinaryContent(new byte[] {4});
    assertThat(image.tag()).isEqualTo(store.find(stored.relativePath()).orElseThrow().tag());
    assertThat(stored.relativePath().mediaType()).isEqualTo("image/png");
    assertThat(stored.previewRelativePath().mediaType()).isEqualTo("image/webp");
  }

  @Test
  void aFileIsCopiedAndFoundButIsNoPicture() throws IOException {
    ImageStore store = store(folder.resolve("store"));
    RelativePath path = RelativePath.ofAdapter("ab12");

    store.put(path, Files.write(folder.resolve("adapter"), new byte[] {1, 2, 3}));

    assertThat(folder.resolve("store/loras/ab12.safetensors")).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(store.find(path).orElseThrow().open()).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(RelativePath.parse(path.value())).isEmpty();
    assertThat(RelativePath.parse("loras/ab12.png")).isEmpty();
    assertThatThrownBy(() -> store.put(path, folder.resolve("nothing"))).isInstanceOf(StorageFailed.class);
    store.remove(path);
    assertThat(store.find(path)).isEmpty();
  }

  @Test
  void aReaderSeesAPictureWholeOrNotAtAll() throws Exception {
    ImageStore store = store(folder);
    byte[] large = new byte[8 << 20];
    RelativePath path = new RelativePath("20260101/123456_" + ID + ".png");
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      CountDownLatch looking = new CountDownLatch(1);
      Future<Long> firstLength = reader.submit(() -> {
        while (true) {
          var image = store.find(path);
          looking.countDown();
          if (image.isPresent()) {
            return image.get().length();
          }
        }
      });
      looking.await();
      store.store(ID, NEW_YEAR, new EncodedPicture(large, new byte[] {1}));

      assertThat(firstLength.get()).isEqualTo(large.length);
    } finally {
      reader.shutdownNow();
    }
  }

  @Test
  void nothingButThePicturesIsLeft() throws IOException {
    store(folder).store(ID, NEW_YEAR, new EncodedPicture(new byte[] {1}, new byte[] {2}));

    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("123456_" + ID + ".png", "123456_" + ID + ".webp");
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsAStorageFailureAndLeavesNothing() throws IOException {
    // A file where the day's folder should be: no rights of any user help
    Files.writeString(folder.resolve("20260101"), "in the way");

    assertThatThrownBy(() -> store(folder).store(ID, NEW_YEAR, new EncodedPicture(new byte[] {1}, new byte[] {2})))
        .isInstanceOf(StorageFailed.class).hasMessageContaining("20260101");

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("20260101"));
    }
  }

  @Test
  void nothingOutsideOfTheStoreIsFoundThroughALink(@TempDir Path elsewhere) throws IOException {
    Path secret = Files.write(elsewhere.resolve("secret.png"), new byte[] {1});
    Files.createSymbolicLink(folder.resolve("link.png"), secret);
    Files.createSymbolicLink(folder.resolve("day"), elsewhere);

    assertThat(store(folder).find(new RelativePath("link.png"))).isEmpty();
    assertThat(store(folder).find(new RelativePath("day/secret.png"))).isEmpty();
  }

  @Test
  void theStoreItselfMayBeALink(@TempDir Path elsewhere) throws IOException {
    Path link = Files.createSymbolicLink(elsewhere.resolve("pictures"), folder);
    StoredPicture stored = store(link).store(ID, NEW_YEAR, new EncodedPicture(new byte[] {1}, new byte[] {2}));

    assertThat(store(link).find(stored.relativePath())).isPresent();
  }

  @Test
  void inAFolderThatIsNotThereNobodyKnowsWhatIsMissing() {
    ImageStore store = store(folder.resolve("unmounted"));

    assertThatThrownBy(() -> store.find(new RelativePath("20260101/picture.png"))).isInstanceOf(StorageFailed.class)
        .hasMessageContaining("unmounted");
  }

  @Test
  void aPictureThatIsAwayWhenItIsOpenedIsAFailureOfTheStore() throws IOException {
    StoredPicture stored = store(folder).store(ID, NEW_YEAR, new EncodedPicture(new byte[] {1}, new byte[] {2}));
    StoredImage image = store(folder).find(stored.relativePath()).orElseThrow();
    Files.delete(Path.of(stored.outputPath()));

    assertThatThrownBy(image::open).isInstanceOf(StorageFailed.class);
  }

  @Test
  void nothingIsBehindAPictureOrALinkThatLeadsNowhere() throws IOException {
    Files.write(folder.resolve("a.png"), new byte[] {1});
    Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));

    assertThat(store(folder).find(new RelativePath("a.png/b.png"))).isEmpty();
    assertThat(store(folder).find(new RelativePath("loop/b.png"))).isEmpty();
  }

  @Test
  void afolderIsNoPicture() throws IOException {
    Files.createDirectory(folder.resolve("folder.png"));

    assertThat(store(folder).find(new RelativePath("folder.png"))).isEmpty();
    assertThat(store(folder).find(new RelativePath("missing.png"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "..", "../a.png", "a/../b.png", "/etc/a.png", "a//b.png", "a.png/", "a.txt",
      ".a.png", "a/.b.png.part", "..\\a.png", "a\u0000.png", "a%2e.png", "C:a.png", "a b.png", "é.png",
      "a/b/c/d/e/f/g/h/i.png"})
  void whatCouldLeadElsewhereIsNoPath(String text) {
    assertThat(RelativePath.parse(text)).isEmpty();
    assertThatThrownBy(() -> new RelativePath(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPreviewWhosePictureCannotBeStoredDoesNotStay() throws IOException {
    // A folder that is not empty cannot be replaced by a file
    Files.createDirectories(folder.resolve("20260101/123456_" + ID + ".png/in-the-way"));

    assertThatThrownBy(() -> store(folder).store(ID, NEW_YEAR, new EncodedPicture(new byte[] {1}, new byte[] {2})))
        .isInstanceOf(StorageFailed.class);

    assertThat(folder.resolve("20260101/123456_" + ID + ".webp")).doesNotExist();
  }

  @Test
  void aFolderThatIsThereAndCanBeWrittenIsHealthy() throws IOException {
    store(folder).checkReading();
    store(folder).checkWriting();

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatIsNotThereCannotBeReadUntilSomebodyWrites() {
    ImageStore store = store(folder.resolve("new"));

    assertThatThrownBy(store::checkReading).isInstanceOf(StorageFailed.class).hasMessageContaining("new");
    store.checkWriting();
    store.checkReading();
  }

  private static ImageStore store(Path folder) {
    return new DiskStore(folder);
  }
}

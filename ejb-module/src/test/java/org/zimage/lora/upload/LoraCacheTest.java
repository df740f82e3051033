package org.zimage.lora.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.image.DiskStore;
import org.zimage.image.RelativePath;
import org.zimage.request.Sha256;

/** What stays on a machine of the adapters that it has drawn with. */
class LoraCacheTest {
  private static final int MOST_BYTES = 10;

  @TempDir
  private Path files;

  private Path folder;
  private DiskStore store;
  private LoraCache cache;

  @BeforeEach
  void open() throws IOException {
    folder = files.resolve("cache");
    store = new DiskStore(Files.createDirectory(files.resolve("store")));
    cache = new LoraCache(folder, store, Clock.systemUTC(), MOST_BYTES);
  }

  private Path fetch(String content) {
    store.put(RelativePath.ofAdapter(Sha256.hex(content)), content.getBytes(StandardCharsets.US_ASCII));
    return cache.fetch(Sha256.hex(content)).orElseThrow();
  }

  private static void lastUsed(Path file, Duration ago) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(ago)));
  }

  @Test
  void thoseNotUsedForLongestGoWhenThereAreTooMany() throws IOException {
    Path oldest = fetch("oldest");
    Path old = fetch("oldone");
    Path used = fetch("useful");
    lastUsed(oldest, Duration.ofDays(3));
    lastUsed(old, Duration.ofDays(2));

    fetch("another");

    assertThat(oldest).doesNotExist();
    assertThat(old).doesNotExist();
    assertThat(used).exists();
  }

  @Test
  void whatATaskMayBeAboutToOpenStays() {
    Path one = fetch("first one");
    Path two = fetch("second one");

    fetch("another");

    assertThat(one).exists();
    assertThat(two).exists();
  }

  @Test
  void aUseCounts() throws IOException {
    Path used = fetch("used");
    lastUsed(used, Duration.ofDays(3));

    fetch("used");

    assertThat(Files.getLastModifiedTime(used).toInstant()).isAfter(Instant.now().minus(Duration.ofMinutes(1)));
  }

  @Test
  void whatAKilledProcessHasLeftIsRemovedAfterAWhile() throws IOException {
    Files.createDirectories(folder);
    Path left = Files.writeString(folder.resolve(".left.part"), "1");
    Path arriving = Files.writeString(folder.resolve(".arriving.part"), "1");
    lastUsed(left, Duration.ofHours(2));

    cache.receive(new ByteArrayInputStream(new byte[1])).close();

    assertThat(folder).isDirectoryContaining("glob:**.arriving.part");
    assertThat(left).doesNotExist();
    assertThat(arriving).exists();
  }

  @Test
  void onlyChecksumsAreFiles() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("x.safetensors"), "1");

    assertThat(cache.fetch("x")).isEmpty();
    assertThat(cache.fetch(null)).isEmpty();
    assertThat(cache.fetch(Sha256.hex("nobody has it"))).isEmpty();
  }
}

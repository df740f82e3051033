package org.zimage.tests.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.architecture.LeftOut;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.RunningSystem;

/**
 * A disk that takes nothing: full, nearly full, read-only. The pictures lie on a small file system of their own, which
 * only root can mount; for others these tests are left out.
 */
@Tag("deployment")
class StorageFaultsIT {
  private static final String SMALL =
      "{\"prompt\":\"a red circle\",\"width\":128,\"height\":96,\"num_inference_steps\":1}";
  private static final Duration RECOVERY = Duration.ofSeconds(30);
  private static final int DISK_MB = 24;
  private static final int PAGE_BYTES = 4096;

  @TempDir
  private static Path disk;
  private static boolean mounted;
  private static RunningSystem system;
  private static Api api;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    mounted = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MB + "m", "zimage-test", disk.toString()) == 0;
    LeftOut.unless(mounted, "a small disk cannot be mounted: run as root, with the right to mount");
    system = RunningSystem.start(Map.of("ZIMAGE_OUTPUT_DIR", disk.toString()));
    api = new Api(system.url(), null, null, null);
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    if (system != null) {
      system.close();
    }
    if (mounted) {
      assertThat(run("umount", disk.toString())).isZero();
    }
  }

  @AfterEach
  void repair() throws IOException, InterruptedException {
    run("mount", "-o", "remount,rw", disk.toString());
    Files.deleteIfExists(filler());
  }

  @Test
  void aFullDiskFailsTasksAndWorksAgainWhenThereIsSpace() throws IOException {
    String before = draw();
    fill(0);

    assertThatNothingCanBeStored("No space left on device", before);

    Files.delete(filler());
    assertThatEverythingWorks(before);
  }

  @Test
  void aDiskWithSpaceForThePreviewOnlyKeepsNeither() throws IOException {
    String before = draw();
    fill(1);

    assertThatNothingCanBeStored("Only 0 MB are free", before);

    Files.delete(filler());
    assertThatEverythingWorks(before);
  }

  @Test
  void aReadOnlyDiskFailsTasksAndWorksAgainWhenItCanBeWritten() throws IOException, InterruptedException {
    String before = draw();
    assertThat(run("mount", "-o", "remount,ro", disk.toString())).isZero();

    assertThatNothingCanBeStored("Read-only file system", before);

    assertThat(run("mount", "-o", "remount,rw", disk.toString())).isZero();
    assertThatEverythingWorks(before);
  }

  /** Draws a picture and returns its address. */
  private static String draw() {
    return "/generated-images/" + api.awaitResult(api.generate(SMALL)).getString("relative_path");
  }

  private static void assertThatNothingCanBeStored(String reason, String before) throws IOException {
    List<Path> files = files();

    Answer ready = api.get("/worker/health/ready");
    assertThat(ready.status()).isEqualTo(503);
    assertThat(ready.body()).contains(reason).contains(disk.toString());
    JsonObject end = api.awaitEnd(api.generate(SMALL));
    assertThat(end.getString("status")).isEqualTo("FAILURE");
    assertThat(end.getString("error_code")).isEqualTo("storage_failed");
    assertThat(end.getString("error")).isEqualTo("The picture could not be stored");
    assertThat(files()).isEqualTo(files);
    assertThat(api.get(before).status()).as("what is there is served").isEqualTo(200);
    assertThat(api.get("/health").status()).isEqualTo(200);
  }

  private static void assertThatEverythingWorks(String before) {
    await().atMost(RECOVERY).until(() -> api.get("/worker/health/ready").status() == 200);
    assertThat(api.get(draw()).status()).isEqualTo(200);
    assertThat(api.get(before).status()).isEqualTo(200);
  }

  private static Path filler() {
    return disk.resolve("filler");
  }

  /** Takes all space but some pages. */
  private static void fill(int pagesLeft) throws IOException {
    byte[] page = new byte[PAGE_BYTES];
    try (OutputStream out = Files.newOutputStream(filler())) {
      while (true) {
        out.write(page);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
    try (RandomAccessFile file = new RandomAccessFile(filler().toFile(), "rw")) {
      file.setLength(file.length() / PAGE_BYTES * PAGE_BYTES - (long) pagesLeft * PAGE_BYTES);
    }
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(disk)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
        .waitFor();
  }
}

package org.zimage.picture.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.zimage.picture.Mask;
import org.zimage.picture.Picture;
import org.zimage.picture.PictureRefused;

/** Files that strangers give: each is a picture, or refused with a sentence. The search begins with the files of the other tests. */
class PictureReaderFuzzTest {

  static List<byte[]> files() throws IOException {
    List<byte[]> files = new ArrayList<>();
    try (Stream<Path> paths = Files.list(Path.of("src/test/resources/org/zimage/picture/files"))) {
      for (Path path : paths.filter(file -> !file.toString().endsWith(".rgb")).sorted().toList()) {
        files.add(Files.readAllBytes(path));
      }
    }
    HostilePicturesTest.refused().forEach(hostile -> files.add((byte[]) hostile.get()[1]));
    return files;
  }

  @MethodSource("files")
  @FuzzTest
  void read(byte[] file) {
    try {
      Picture picture = PictureReader.read(file);
      assertThat(picture.rgb()).hasSize(picture.width() * picture.height() * 3);
    } catch (PictureRefused refused) {
      assertThat(refused.getMessage()).endsWith(".");
    }
  }

  @MethodSource("files")
  @FuzzTest
  void readMask(byte[] file) {
    try {
      Mask mask = PictureReader.readMask(file);
      assertThat(mask.grey()).hasSize(mask.width() * mask.height());
    } catch (PictureRefused refused) {
      assertThat(refused.getMessage()).endsWith(".");
    }
  }
}

package org.zimage.api.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataUrlTest {
  private static final Path FILES = Path.of("../picture/src/test/resources/org/zimage/picture/files");

  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource({"rgb.png, image/png", "rgb.jpg, image/jpeg", "lossy.webp, image/webp"})
  void theTypeIsFoundInTheFirstBytes(String name, String type) throws IOException {
    Path unnamed = Files.copy(FILES.resolve(name), folder.resolve("picture"));

    String url = DataUrl.of("image", unnamed);

    assertThat(url).startsWith("data:" + type + ";base64,");
    assertThat(DataUrl.bytes(url)).isEqualTo(Files.readAllBytes(unnamed));
    assertThat(DataUrl.of("image", Files.readAllBytes(unnamed))).isEqualTo(url);
  }

  @ParameterizedTest
  @CsvSource({"animated.gif, is a GIF", "picture.tif, is a TIFF", "rgb.png.rgb, is no picture of a type that is taken"})
  void otherTypesAreRefusedWithTheFieldAndTheFile(String name, String message) {
    Path file = FILES.resolve(name);

    assertThatThrownBy(() -> DataUrl.of("mask_image", file)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("mask_image: " + file + " " + message).hasMessageEndingWith(": give a PNG, JPEG or WebP picture");
  }

  @Test
  void whatIsNotThereIsNoPicture() {
    assertThatThrownBy(() -> DataUrl.of("image", new byte[0])).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image has no bytes: give a PNG, JPEG or WebP picture");
    assertThatThrownBy(() -> DataUrl.of("image", folder.resolve("missing.png"))).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aLargeStreamThatComesInSmallPartsIsWhole() throws IOException {
    byte[] start = Files.readAllBytes(FILES.resolve("rgb.png"));
    byte[] large = Arrays.copyOf(start, 300_001);
    byte[] noise = new byte[large.length - start.length];
    new Random(1).nextBytes(noise);
    System.arraycopy(noise, 0, large, start.length, noise.length);

    assertThat(DataUrl.bytes(DataUrl.of("image", inPartsOf(7, large)))).isEqualTo(large);
  }

  private static InputStream inPartsOf(int most, byte[] bytes) {
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        return super.read(to, offset, Math.min(length, most));
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"https://example.org/a.png", "'data:image/png,abc'", "task:1"})
  void whatIsNoDataUrlHasNoBytes(String url) {
    assertThatThrownBy(() -> DataUrl.bytes(url)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no data URL in base64: " + url);
  }
}

package org.zimage.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class LanczosTest {

  /** The same bytes, not similar ones: a model must get here what it gets from diffusers. */
  @ParameterizedTest
  @CsvFileSource(resources = "lanczos.tsv", delimiter = '\t', numLinesToSkip = 1)
  void givesTheBytesThatPillowGives(int channels, int width, int height, int newWidth, int newHeight, String sha256)
      throws Exception {
    byte[] resized = Lanczos.resize(noise(width, height, channels), width, height, channels, newWidth, newHeight);

    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(resized))).isEqualTo(sha256);
  }

  @Test
  void aPictureIsResizedAndItsOldSizeIsItself() {
    Picture picture = new Picture(4, 2, noise(4, 2, 3));

    assertThat(picture.resizedTo(8, 6).rgb()).hasSize(8 * 6 * 3);
    assertThat(picture.resizedTo(4, 2)).isSameAs(picture);
  }

  @Test
  void aPictureWithoutPixelsIsRefused() {
    assertThatThrownBy(() -> new Picture(1, 1, new byte[3]).resizedTo(0, 5)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A picture has at least one pixel (got 0x5)");
    assertThatThrownBy(() -> new Mask(2, 2, "three".getBytes(StandardCharsets.US_ASCII)))
        .hasMessage("2x2 pixels of 1 bytes are 4 bytes (got 5)");
  }

  /** What make_goldens.py computes too: hard edges, where Lanczos overshoots, and noise on a gradient. */
  private static byte[] noise(int width, int height, int channels) {
    byte[] bytes = new byte[width * height * channels];
    long state = 42;
    for (int i = 0; i < bytes.length; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      int hard = (state >>> 40 & 1) == 1 ? 255 : 0;
      bytes[i] = (byte) (i / 97 % 3 == 0 ? hard : (state >>> 33 & 31) + (long) i * 223 / bytes.length);
    }
    return bytes;
  }
}

package org.zimage.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RepaintedRegionTest {
  private static final int WIDTH = 40;
  private static final int HEIGHT = 30;
  private static final byte WHITE = (byte) 255;

  private final Picture original = new Picture(WIDTH, HEIGHT, random(1));
  private final byte[] drawn = random(2);

  @Test
  void whereAllIsKeptThePictureIsTheInput() {
    assertThat(mixed(new byte[WIDTH * HEIGHT])).isEqualTo(original.rgb());
  }

  @Test
  void whereAllIsRepaintedThePictureIsTheDrawnOne() {
    byte[] white = new byte[WIDTH * HEIGHT];
    Arrays.fill(white, WHITE);

    assertThat(mixed(white)).isEqualTo(drawn);
  }

  @Test
  void keptPixelsAreTheInputsExactlyWhateverTheMaskLooksLike() {
    byte[] mask = new byte[WIDTH * HEIGHT];
    new Random(3).nextBytes(mask);
    for (int i = 0; i < mask.length; i += 3) {
      mask[i] = 0;
    }

    byte[] mixed = mixed(mask);

    for (int i = 0; i < mixed.length; i++) {
      if (mask[i / 3] == 0) {
        assertThat(mixed[i]).isEqualTo(original.rgb()[i]);
      }
    }
  }

  @Test
  void theNewPictureComesInOverAFewPixelsOfTheRepaintedRegion() {
    Picture black = new Picture(WIDTH, HEIGHT, new byte[WIDTH * HEIGHT * 3]);
    byte[] allWhite = new byte[WIDTH * HEIGHT * 3];
    Arrays.fill(allWhite, WHITE);
    byte[] mask = new byte[WIDTH * HEIGHT];
    for (int y = 0; y < HEIGHT; y++) {
      Arrays.fill(mask, y * WIDTH + 10, (y + 1) * WIDTH, WHITE);
    }

    byte[] mixed = RepaintedRegion.of(new Mask(WIDTH, HEIGHT, mask)).putBack(black, new Picture(WIDTH, HEIGHT, allWhite)).rgb();

    for (int y = 0; y < HEIGHT; y++) {
      int[] row = new int[8];
      for (int x = 0; x < row.length; x++) {
        row[x] = mixed[(y * WIDTH + 8 + x) * 3] & 0xFF;
      }
      assertThat(row).containsExactly(0, 0, 51, 102, 153, 204, 255, 255);
    }
  }

  @Test
  void aHalfWhiteMaskMixesHalf() {
    byte[] grey = new byte[WIDTH * HEIGHT];
    Arrays.fill(grey, (byte) 51);
    Picture black = new Picture(WIDTH, HEIGHT, new byte[WIDTH * HEIGHT * 3]);
    byte[] hundred = new byte[WIDTH * HEIGHT * 3];
    Arrays.fill(hundred, (byte) 100);

    assertThat(RepaintedRegion.of(new Mask(WIDTH, HEIGHT, grey)).putBack(black, new Picture(WIDTH, HEIGHT, hundred)).rgb())
        .containsOnly((byte) 20);
  }

  @Test
  void picturesOfAnotherSizeAreRefused() {
    RepaintedRegion region = RepaintedRegion.of(new Mask(2, 1, new byte[2]));

    assertThatThrownBy(() -> region.putBack(new Picture(1, 2, new byte[6]), new Picture(2, 1, new byte[6])))
        .isInstanceOf(IllegalArgumentException.class).hasMessage("The mask is 2x1, the picture 1x2");
    assertThatThrownBy(() -> region.putBack(new Picture(2, 1, new byte[6]), new Picture(1, 1, new byte[3])))
        .isInstanceOf(IllegalArgumentException.class).hasMessage("The mask is 2x1, the picture 1x1");
  }

  private byte[] mixed(byte[] mask) {
    return RepaintedRegion.of(new Mask(WIDTH, HEIGHT, mask)).putBack(original, new Picture(WIDTH, HEIGHT, drawn)).rgb();
  }

  private static byte[] random(long seed) {
    byte[] bytes = new byte[WIDTH * HEIGHT * 3];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}

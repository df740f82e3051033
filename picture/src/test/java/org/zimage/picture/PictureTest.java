package org.zimage.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PictureTest {
  private final Picture twoPixels = new Picture(2, 1, new byte[] {1, 2, 3, 4, 5, 6});

  @Test
  void aroundAPictureItsOutermostPixelsAreRepeated() {
    assertThat(twoPixels.extended(5, 2).rgb()).containsExactly(1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, 4, 5, 6,
        1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, 4, 5, 6);
    assertThat(new Mask(2, 2, new byte[] {1, 2, 3, 4}).extended(4, 2).grey()).containsExactly(1, 1, 2, 2, 3, 3, 4, 4);
  }

  @Test
  void theMiddleOfAnExtendedPictureIsThePicture() {
    assertThat(twoPixels.extended(7, 4).centre(2, 1).rgb()).isEqualTo(twoPixels.rgb());
    assertThat(twoPixels.extended(2, 1)).isSameAs(twoPixels);
    assertThat(twoPixels.centre(2, 1)).isSameAs(twoPixels);
  }

  @Test
  void whatIsLargerLiesInNothingSmaller() {
    assertThatThrownBy(() -> twoPixels.extended(1, 1)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2x1 pixels do not lie in 1x1");
    assertThatThrownBy(() -> twoPixels.centre(2, 2)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2x2 pixels do not lie in 2x1");
  }

  @Test
  void onlyAWhiteMaskIsEverything() {
    assertThat(Mask.everything(3, 2).isEverything()).isTrue();
    assertThat(new Mask(2, 1, new byte[] {(byte) 255, (byte) 254}).isEverything()).isFalse();
  }
}

package org.zimage.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.picture.PictureRefused.Reason;

class PictureSizeTest {

  @ParameterizedTest
  @CsvSource({
      "1000, 800, 1000, 800",
      "64, 64, 64, 64",
      "2048, 2048, 2048, 2048",
      "4032, 3024, 2048, 1536",
      "3000, 4500, 1365, 2048",
      "1, 1, 64, 64",
      "10, 30, 64, 192",
      "8192, 256, 2048, 64",
      "8192, 300, 2048, 75",
      "2, 64, 64, 2048"})
  void aPictureHasTheSizeOfItsInputWithinTheLimits(int width, int height, int expectedWidth, int expectedHeight) {
    assertThat(new PictureSize(width, height).within(64, 2048)).isEqualTo(new PictureSize(expectedWidth, expectedHeight));
  }

  @ParameterizedTest
  @CsvSource({
      "1000, 800, 300, 700, 300, 700",
      "1000, 800, 500, , 500, 400",
      "1000, 800, , 500, 625, 500",
      "1000, 800, 64, , 64, 64",
      "1000, 800, , 2048, 2048, 2048",
      "4032, 3024, , , 2048, 1536",
      "8192, 1, 64, 64, 64, 64"})
  void aSideThatNobodyAsksForFollowsFromTheOther(int width, int height, Integer wantedWidth, Integer wantedHeight, int expectedWidth,
      int expectedHeight) {
    assertThat(new PictureSize(width, height).wanted(wantedWidth, wantedHeight, 64, 2048))
        .isEqualTo(new PictureSize(expectedWidth, expectedHeight));
  }

  @ParameterizedTest
  @CsvSource({"512,", ", 512", ","})
  void extremeProportionsNeedBothSides(Integer wantedWidth, Integer wantedHeight) {
    assertThatThrownBy(() -> new PictureSize(8192, 1).wanted(wantedWidth, wantedHeight, 64, 2048)).isInstanceOf(PictureRefused.class);
  }

  @Test
  void everyInputThatHasASizeIsWithinTheLimits() {
    for (int width = 1; width < 3000; width += 7) {
      for (int height = Math.max(1, (width + 31) / 32); height <= Math.min(32 * width, 8192); height += 97) {
        PictureSize size = new PictureSize(width, height).within(64, 2048);
        assertThat(size.width()).isBetween(64, 2048);
        assertThat(size.height()).isBetween(64, 2048);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"8192, 1", "1, 33", "8192, 255"})
  void noSizeFitsExtremeProportions(int width, int height) {
    assertThatThrownBy(() -> new PictureSize(width, height).within(64, 2048))
        .isInstanceOfSatisfying(PictureRefused.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.EXTREME_PROPORTIONS))
        .hasMessage("The picture is " + width + "x" + height
            + ", and one side may be at most 32 times as long as the other. Crop it, or ask for a width and a height.");
  }
}

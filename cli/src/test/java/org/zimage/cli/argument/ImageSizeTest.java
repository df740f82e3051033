package org.zimage.cli.argument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSizeTest {
  @ParameterizedTest
  @ValueSource(strings = {"1024x768", "1024X768", "1024×768", " 1024x768 "})
  void widthComesFirst(String text) {
    assertThat(ImageSize.parse(text)).isEqualTo(new ImageSize(1024, 768)).hasToString("1024x768");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1024", "1024x", "x768", "-1x5", "1024*768", "1024x768x3", "99999999999x1", "ax b"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> ImageSize.parse(text)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a size is WIDTHxHEIGHT in pixels, such as 1024x768 (got '" + text + "')");
  }

  @Test
  void theServerDecidesWhatIsTooLarge() {
    assertThat(ImageSize.parse("1x99999")).isEqualTo(new ImageSize(1, 99999));
  }
}

package org.zimage.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskTextTest {
  @ParameterizedTest
  @CsvSource({
      "/generated-images/20260101/a.webp,        http://127.0.0.1:8000,   http://127.0.0.1:8000/generated-images/20260101/a.webp",
      "/zimage/generated-images/20260101/a.webp, https://h.example/zimage, https://h.example/zimage/generated-images/20260101/a.webp",
      "/generated-images/20260101/a.webp,        https://h.example/zimage, https://h.example/zimage/generated-images/20260101/a.webp"})
  void aPictureIsBelowTheServersAddressWhateverAProxyHasPutBeforeItsPath(String path, String server, String address) {
    assertThat(TaskText.address(path, server)).isEqualTo(address);
  }
}

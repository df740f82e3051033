package org.zimage.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressTest {
  @ParameterizedTest
  @CsvSource({"/zimage, /zimage", "/zimage/, /zimage", "/tools/z-image, /tools/z-image", "'/outer, /inner/', /outer/inner"})
  void takesThePathThatProxiesTookAway(String header, String prefix) {
    assertThat(PublicAddress.forwardedPrefix(header)).isEqualTo(prefix);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "zimage", "//evil.example", "/,/evil.example//a", "/\\evil.example", "/a\"b", "/a b", "/..", "/a?b"})
  void whatIsNoPathCountsForNothing(String header) {
    assertThat(PublicAddress.forwardedPrefix(header)).isEmpty();
  }

  @Test
  void withoutProxyThereIsNone() {
    assertThat(PublicAddress.forwardedPrefix(null)).isEmpty();
  }
}

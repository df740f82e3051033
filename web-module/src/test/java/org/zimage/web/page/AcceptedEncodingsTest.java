package org.zimage.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptedEncodingsTest {
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "gzip, deflate, br", "br;q=1.0, gzip;q=0.5", "*", "deflate, *;q=0.1", "gzip;q=1, *;q=0"})
  void gzipIsAccepted(String header) {
    assertThat(AcceptedEncodings.includeGzip(header)).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "identity", "br", "gzip;q=0", "gzip; q=0.000", "gzip;q=0, *", "*;q=0", "gzipped", "gzip;q=much"})
  void gzipIsNotAccepted(String header) {
    assertThat(AcceptedEncodings.includeGzip(header)).isFalse();
  }
}

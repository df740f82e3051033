package org.zimage.web.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
  private static final long LENGTH = 100;

  @ParameterizedTest
  @CsvSource({"bytes=0-0, 0, 0", "bytes=10-19, 10, 19", "bytes=90-, 90, 99", "bytes=-10, 90, 99", "bytes=50-1000, 50, 99",
      "bytes=-1000, 0, 99", "Bytes= 5-6 , 5, 6"})
  void aRangeLiesInsideThePicture(String header, long first, long last) {
    assertThat(ByteRange.parse(header, LENGTH)).contains(new ByteRange(first, last));
  }

  @Test
  void noRangeIsTheWholePicture() {
    assertThat(ByteRange.parse(null, LENGTH)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bytes=", "bytes=-", "bytes=a-b", "bytes=9-5", "bytes=0-1,3-4", "lines=1-2",
      "bytes=99999999999999999999-"})
  void whatIsNoSingleRangeIsIgnored(String header) {
    assertThat(ByteRange.parse(header, LENGTH)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0"})
  void aRangeBehindTheEndCannotBeSatisfied(String header) {
    assertThatThrownBy(() -> ByteRange.parse(header, LENGTH)).isInstanceOfSatisfying(RangeNotSatisfiable.class,
        refusal -> assertThat(refusal.getResponse().getHeaderString("Content-Range")).isEqualTo("bytes */100"));
  }
}

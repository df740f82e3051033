package org.zimage.cli.argument;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteOrderMarkTest {
  @ParameterizedTest
  @CsvSource({"\uFEFFa boat, a boat", "a boat, a boat", "'', ''", "a\uFEFFboat, a\uFEFFboat"})
  void isNoPartOfTheTextBehindIt(String text, String expected) {
    assertThat(ByteOrderMark.takeOff(text)).isEqualTo(expected);
  }
}

package org.zimage.web.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.api.json.Bodies;
import org.zimage.error.InvalidRequest;

class WholeNumberTest {
  @ParameterizedTest
  @CsvSource({"7, 7", "-7, -7", "+7, 7", "' 7 ', 7", "99999999999999999999, 2147483647", "-99999999999999999999, -2147483648"})
  void aNumberIsReadAsFarAsItFits(String text, int number) {
    assertThat(WholeNumber.parse("limit", text, 20)).isEqualTo(number);
  }

  @Test
  void aParameterThatIsLeftOutHasItsDefault() {
    assertThat(WholeNumber.parse("limit", null, 20)).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1.5", "0x10", "1e3", "-"})
  void whatIsNoNumberIsRefusedByName(String text) {
    assertThatThrownBy(() -> WholeNumber.parse("limit", text, 20)).isInstanceOfSatisfying(InvalidRequest.class,
        refusal -> assertThat(Bodies.text(refusal.problems())).isEqualTo("""
            [{"type":"int_parsing","loc":["query","limit"],\
            "msg":"Input should be a valid integer, unable to parse string as an integer","input":"%s"}]""".formatted(text)));
  }
}

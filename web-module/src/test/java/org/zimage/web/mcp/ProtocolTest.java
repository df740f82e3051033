package org.zimage.web.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.error.InvalidRequest;

class ProtocolTest {
  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "a \udc00 boat", "a\0boat"})
  void aQueryThatTheDatabaseCannotReadIsRefused(String query) {
    assertThatThrownBy(() -> Protocol.words(query)).isInstanceOfSatisfying(InvalidRequest.class, refusal ->
        assertThat(refusal.problems()).extracting(problem -> problem.loc()).containsExactly(List.of("query")));
  }

  @Test
  void aQueryHasWholeCharacters() {
    assertThat(Protocol.words("a \ud83d\udea4").expression()).isEqualTo("'a':* & '\ud83d\udea4':*");
  }
}

package org.zimage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZImageClientBuilderTest {
  @ParameterizedTest
  @ValueSource(strings = {"geheim\nx", "gehéim"})
  void aKeyThatNoHeaderCanCarryIsRefusedAndNotRepeated(String key) {
    assertThatThrownBy(() -> ZImageClient.to("http://127.0.0.1:8000").key(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ZIMAGE_KEY").satisfies(refused -> assertThat(refused.getMessage()).doesNotContain(key));
  }

  @Test
  void theLineEndOfAFileIsNoPartOfTheKey() {
    assertThatCode(() -> ZImageClient.to("http://127.0.0.1:8000").key("secret\r\n")).doesNotThrowAnyException();
  }
}

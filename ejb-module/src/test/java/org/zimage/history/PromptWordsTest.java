package org.zimage.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptWordsTest {

  /** One-letter words, again and again, had the whole index of words read as often. */
  @ParameterizedTest
  @CsvSource({"a a A a, a", "a apple ap, apple", "red a car r ca, red a car", "猫 猫, 猫", "猫 cat c 猫, 猫 cat"})
  void whatOthersImplyIsNotLookedFor(String typed, String looked) {
    assertThat(PromptWords.parse(typed)).isEqualTo(PromptWords.parse(looked)).isPresent();
  }

  @Test
  void charactersMustBeThereAsTheyAre() {
    assertThat(PromptWords.parse("椅 椅子").orElseThrow().expression()).isEqualTo("('椅') & ('椅' <-> '子')");
  }
}

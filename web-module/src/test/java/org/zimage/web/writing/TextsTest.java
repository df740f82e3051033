package org.zimage.web.writing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextsTest {
  @Test
  void itemsStandBetweenBeginningAndEnd() {
    assertThat(together(List.of(1, 2, 3))).isEqualTo("[1,2,3]");
    assertThat(together(List.of(1))).isEqualTo("[1]");
  }

  @Test
  void withoutItemsNothingStandsBetween() {
    assertThat(together(List.of())).isEqualTo("[]");
  }

  @Test
  void eachTextIsMadeWhenItIsWanted() {
    List<Integer> made = new ArrayList<>();
    Texts<Integer> texts = new Texts<>("[", List.of(1, 2, 3).iterator(), item -> {
      made.add(item);
      return item.toString();
    }, ",", "]");

    texts.next();

    assertThat(made).containsExactly(1);
  }

  private static String together(List<Integer> items) {
    StringBuilder text = new StringBuilder();
    new Texts<>("[", items.iterator(), Object::toString, ",", "]").forEachRemaining(text::append);
    return text.toString();
  }
}

package org.zimage.web.content;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTypeFilterTest {
  @ParameterizedTest
  @ValueSource(strings = {"json", "/", ";", "", "application/json, text/plain", "application/json;charset=",
      "application/json;charset=\"utf-8"})
  void whatIsNoMediaTypeCannotBeRead(String type) {
    assertThat(ContentTypeFilter.isReadable(type)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/plain; charset=utf-8", "application/json;charset=\"utf-8\"", "*/*"})
  void whatIsOneCan(String type) {
    assertThat(ContentTypeFilter.isReadable(type)).isTrue();
  }
}

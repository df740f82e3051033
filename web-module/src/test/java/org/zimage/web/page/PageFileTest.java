package org.zimage.web.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageFileTest {
  private final PageFile file = PageFile.of("/ui/page.css", "p { color: red }".getBytes(UTF_8));
  private final PageFile.Content plain = file.content(false);
  private final PageFile.Content compressed = file.content(true);

  @Test
  void otherBytesHaveAnotherTag() {
    assertThat(compressed.tag()).isNotEqualTo(plain.tag());
    assertThat(compressed.encoding()).isEqualTo("gzip");
    assertThat(plain.encoding()).isNull();
  }

  @Test
  void whoHasTheBytesIsKnownByTheirTag() {
    assertThat(plain.isKnown(plain.tag())).isTrue();
    assertThat(plain.isKnown("\"other\", W/" + plain.tag())).isTrue();
    assertThat(plain.isKnown("*")).isTrue();
    assertThat(plain.isKnown(compressed.tag())).isFalse();
    assertThat(plain.isKnown("\"x" + plain.tag() + "\"")).isFalse();
    assertThat(plain.isKnown(null)).isFalse();
  }
}

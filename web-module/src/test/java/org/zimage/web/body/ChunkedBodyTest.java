package org.zimage.web.body;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedBodyTest {
  @Test
  void theChunksAreOneBody() throws IOException {
    assertThat(body("5\r\nhello\r\n1;name=value\r\n \r\nA\r\n0123456789\r\n0\r\n\r\n")).isEqualTo("hello 0123456789");
    assertThat(body("0\r\n\r\n")).isEmpty();
  }

  @Test
  void whatFollowsIsNotRead() throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream("1\r\na\r\n0\r\n\r\nGET /".getBytes(US_ASCII));

    assertThat(new ChunkedBody(in).readAllBytes()).hasSize(1);
    assertThat(new String(in.readAllBytes(), US_ASCII)).isEqualTo("\r\nGET /");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5\r\nhel", "5\r\nhello", "5\r\nhelloo\r\n0\r\n\r\n", "x\r\n", "-1\r\n", "\r\n", "123456789\r\n", "5"})
  void whatIsNoBodyInChunksIsAnError(String text) {
    assertThatThrownBy(() -> body(text)).isInstanceOf(IOException.class);
  }

  private static String body(String text) throws IOException {
    return new String(new ChunkedBody(new ByteArrayInputStream(text.getBytes(US_ASCII))).readAllBytes(), US_ASCII);
  }
}

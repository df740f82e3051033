package org.zimage.web.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.request.RequestTooLong;

class CountedPartsTest {
  private static final String PART = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
  private static final String END = "--XX--\r\n";

  @Test
  void aFormWithFiftyPartsIsReadAsItIs() throws IOException {
    String form = (PART + "a\r\n").repeat(CountedParts.MOST_PARTS) + END;

    assertThat(read(form)).isEqualTo(form);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\n", "\r"})
  void aFormHasFiftyPartsAtMost(String line) {
    String part = PART.replace("\r\n", line);

    assertThatThrownBy(() -> read((part + line).repeat(CountedParts.MOST_PARTS + 1) + END)).isInstanceOf(RequestTooLong.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X: y\r\n", "X", "X\n", "\r"})
  void theHeadersOfAPartHaveAnEnd(String header) {
    String headers = header.repeat(CountedParts.LONGEST_HEAD / header.length() + 1);

    assertThatThrownBy(() -> read("--XX\r\n" + headers + "\r\n\r\n" + END)).isInstanceOf(RequestTooLong.class);
  }

  @Test
  void aDelimiterMayStandWithinLines() throws IOException {
    String form = PART + "a--XX".repeat(50) + "\r\n" + END;

    assertThat(read(form)).isEqualTo(form);
  }

  /** The reader of forms keeps a piece of some fifty bytes for each. */
  @ParameterizedTest
  @CsvSource({"XX, a--XX", "-, -", "a-, --a", "--b, ----b"})
  void notOftenThough(String boundary, String content) {
    String form = "--" + boundary + "\r\nX: y\r\n\r\nx" + content.repeat(60);

    assertThatThrownBy(() -> read(form, boundary)).isInstanceOf(RequestTooLong.class);
  }

  /** The delimiter is one at the beginning of a line only. */
  @ParameterizedTest
  @ValueSource(strings = {"a--X", "--X\n", "-\n", "a: b\r\n"})
  void contentIsNotCounted(String content) throws IOException {
    String form = PART + content.repeat(10_000) + "\r\n" + END;

    assertThat(read(form)).isEqualTo(form);
  }

  private static String read(String form) throws IOException {
    return read(form, "XX");
  }

  private static String read(String form, String boundary) throws IOException {
    byte[] bytes = form.getBytes(StandardCharsets.ISO_8859_1);
    return new String(new CountedParts(new ByteArrayInputStream(bytes), boundary).readAllBytes(), StandardCharsets.ISO_8859_1);
  }
}

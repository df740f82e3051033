package org.zimage.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorCodeDocumentTest {
  @Test
  void theGuideHasEveryCodeWithItsHint() throws IOException {
    String document = Files.readString(Path.of("../docs/http.md"));
    List<String> rows = document.substring(document.indexOf("| `error_code` | `error_hint` |")).lines().skip(2)
        .takeWhile(line -> line.startsWith("|")).toList();

    assertThat(rows).containsExactlyElementsOf(
        Arrays.stream(ErrorCode.values()).map(code -> "| `" + code.word() + "` | " + code.hint() + " |").toList());
  }
}

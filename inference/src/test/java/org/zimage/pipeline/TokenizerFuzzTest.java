package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.pipeline.network.ModelException;

/** The tokenizer's native library: its files are read or refused, and prompts become tokens. */
class TokenizerFuzzTest {
  @TempDir
  private static Path folder;

  @FuzzTest
  void file(byte[] json) throws IOException {
    Path file = Files.write(folder.resolve("tokenizer.json"), json);
    try (HuggingFaceTokenizer tokenizer = PromptEncoder.tokenizer(file)) {
      assertThat(tokenizer).isNotNull();
    } catch (ModelException refused) {
      assertThat(refused).hasMessageContaining(file.toString());
    }
  }

  @FuzzTest
  void prompt(byte[] utf8) {
    int[] tokens = Fixtures.model("tiny").promptEncoder().tokens(new String(utf8, StandardCharsets.UTF_8), 512);
    assertThat(tokens).hasSizeBetween(1, 512);
  }
}

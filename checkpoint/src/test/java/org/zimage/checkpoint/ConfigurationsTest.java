package org.zimage.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations in which one field is not what it should be. */
class ConfigurationsTest {
  private static final Path TINY = Path.of("../inference/src/test/resources/fixtures/tiny");

  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "text_encoder | hidden_size         | 99999999999          | a positive whole number",
      "text_encoder | hidden_size         | 1e400                | a positive whole number",
      "text_encoder | rms_norm_eps        | 1e400                | a finite number",
      "text_encoder | rope_parameters     | 7                    | an object",
      "text_encoder | attention_bias      | \"yes\"              | true or false",
      "transformer  | n_layers            | -1                   | a positive whole number",
      "transformer  | axes_dims           | [32.5, 48, 48]       | a list of positive whole numbers",
      "transformer  | axes_dims           | [4294967328, 48, 48] | a list of positive whole numbers",
      "transformer  | axes_dims           | [-32, 48, 48]        | a list of positive whole numbers",
      "vae          | block_out_channels  | []                   | a list of positive whole numbers",
      "vae          | up_block_types      | null                 | a list of texts",
      "vae          | up_block_types      | [7]                  | a list of texts"})
  void namesTheFileTheFieldAndWhatWasExpected(String component, String field, String value, String expected) throws IOException {
    String config = Files.readString(TINY.resolve(component).resolve("config.json")).strip();
    Path file = Files.writeString(folder.resolve("config.json"), withField(config, field, value));

    assertThatThrownBy(() -> read(component, file)).isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file + ": " + field + " is ").hasMessageEndingWith("expected " + expected);
  }

  private static void read(String component, Path file) {
    switch (component) {
      case "text_encoder" -> TextEncoderConfig.read(file);
      case "transformer" -> TransformerConfig.read(file);
      default -> VaeConfig.read(file);
    }
  }

  private static String withField(String json, String field, String value) {
    String without = json.replaceAll("(?s)\"" + field + "\"\\s*:\\s*(\\[[^\\]]*\\]|\\{[^}]*\\}|\"[^\"]*\"|[^,}\\s]+),?\\s*", "")
        .replaceAll(",\\s*}$", "}");
    return without.substring(0, without.length() - 1) + ", \"" + field + "\": " + value + "}";
  }
}

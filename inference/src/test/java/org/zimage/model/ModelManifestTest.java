package org.zimage.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.checkpoint.CheckpointException;

/** The file that says what an exported model is. */
class ModelManifestTest {
  private static final String MANIFEST = """
      {"format": 3, "name": "tiny", "dtype": "f32", "source_checksum": "0a", "latent_channels": 16, "latent_scale": 8,
       "scheduler_shift": 3.0, "text_encoder": {"head_dim": 16, "rope_theta": 1000000.0},
       "transformer": {"axes_dims": [8, 4, 4], "rope_theta": 256.0}}""";

  @TempDir
  private Path folder;

  @Test
  void aCardIsRead() throws IOException {
    Files.writeString(folder.resolve(ModelManifest.FILE), MANIFEST);

    assertThat(ModelManifest.read(folder).canvasMultiple()).isEqualTo(16);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "format          | \"3\"         | format is \"3\"",
      "name            | null          | name is null, expected a text",
      "dtype           | \"f99\"       | dtype is \"f99\", expected one of",
      "latent_scale    | 1073741824    | latent_scale is 1073741824",
      "scheduler_shift | \"3\"         | scheduler_shift is \"3\", expected a number",
      "text_encoder    | []            | text_encoder is [], expected an object",
      "text_encoder    | {}            | text_encoder.head_dim is missing",
      "transformer     | {\"axes_dims\": [8, \"4\", 4]} | transformer.axes_dims is [8,\"4\",4]"})
  void namesWhatIsWrongWithACard(String field, String value, String wrong) throws IOException {
    Path file = Files.writeString(folder.resolve(ModelManifest.FILE), withField(MANIFEST, field, value));

    assertThatThrownBy(() -> ModelManifest.read(folder)).isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString()).hasMessageContaining(wrong);
  }

  @Test
  void aByteOrderMarkIsNoPartOfAFile() throws IOException {
    Files.writeString(folder.resolve(ModelManifest.FILE), "\uFEFF" + MANIFEST);

    assertThat(ModelManifest.read(folder).name()).isEqualTo("tiny");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"{\"a\":1e99999999999}", "{\"a\":1,\"a\":2}", "[]", "x"})
  void refusesWhatIsNoJsonObject(String json) throws IOException {
    Path file = Files.writeString(folder.resolve(ModelManifest.FILE), json);

    assertThatThrownBy(() -> ModelManifest.read(folder)).isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file + " is not a JSON object");
  }

  private static String withField(String json, String field, String value) {
    String without = json.replaceAll("(?s)\"" + field + "\"\\s*:\\s*(\\[[^\\]]*\\]|\\{[^}]*\\}|\"[^\"]*\"|[^,}\\s]+),?\\s*", "")
        .replaceAll(",\\s*}$", "}");
    return without.substring(0, without.length() - 1) + ", \"" + field + "\": " + value + "}";
  }
}

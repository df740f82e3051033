package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.types.TFloat32;
import org.zimage.checkpoint.SafeTensors;

class PromptEncoderTest {
  private static final int REFERENCE_LENGTH = 512;

  static Stream<Arguments> prompts() {
    return Stream.of("tiny", "tiny-b").flatMap(model -> Fixtures.json(model + "-goldens/tokens.json").asJsonArray().stream()
        .map(row -> Arguments.of(model, row.asJsonObject())));
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void givesTheReferencesTokens(String model, JsonObject row) {
    int[] golden = row.getJsonArray("ids").stream().mapToInt(id -> ((JsonNumber) id).intValue()).toArray();

    assertThat(Fixtures.model(model).promptEncoder().tokens(row.getString("prompt"), REFERENCE_LENGTH)).containsExactly(golden);
  }

  static Stream<Arguments> embeddings() {
    return Stream.of("tiny", "tiny-b").flatMap(model -> Fixtures.json(model + "-goldens/goldens.json").asJsonObject()
        .getJsonArray("prompt_embeds").stream().map(JsonValue::asJsonObject)
        .map(row -> Arguments.of(model, row.getString("tensor"), row.getInt("prompt_index"))));
  }

  @ParameterizedTest
  @MethodSource("embeddings")
  void givesTheReferencesEmbeddings(String model, String tensor, int promptIndex) {
    JsonObject row = Fixtures.json(model + "-goldens/tokens.json").asJsonArray().getJsonObject(promptIndex);
    SafeTensors goldens = Fixtures.tensors(model + "-goldens/prompt_embeds.safetensors");
    PromptEncoder encoder = Fixtures.model(model).promptEncoder();

    try (TFloat32 embeddings = encoder.embeddings(encoder.tokens(row.getString("prompt"), REFERENCE_LENGTH))) {
      float[] values = new float[(int) embeddings.size()];
      embeddings.asRawTensor().data().asFloats().read(values);
      Closeness.assertClose(values, Fixtures.floats(goldens, tensor), 1e-4);
    }
  }
}

package org.zimage.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.api.lora.Lora;

class LoraJsonTest {
  @Test
  void whatIsWrittenIsReadAgain() {
    List<Lora> loras = List.of(new Lora("blueprint", 0.8, "ab12"), Lora.of("chalk", -1));

    assertThat(LoraJson.write(loras)).isEqualTo(
        "[{\"name\":\"blueprint\",\"strength\":0.8,\"sha256\":\"ab12\"},{\"name\":\"chalk\",\"strength\":-1.0}]");
    assertThat(LoraJson.read(LoraJson.write(loras))).isEqualTo(loras);
  }

  @Test
  void noneAreNothing() {
    assertThat(LoraJson.write(List.of())).isNull();
    assertThat(LoraJson.write(null)).isNull();
    assertThat(LoraJson.read(null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[1]", "[{}]", "[{\"name\":\"x\"}]", "\"x\""})
  void whatOnlyAnotherVersionCanHaveWrittenIsNamed(String json) {
    assertThatThrownBy(() -> LoraJson.read(json)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(json);
  }
}

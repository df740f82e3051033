package org.zimage.checkpoint.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.checkpoint.CheckpointException;
import org.zimage.checkpoint.Fields;

class SamplingDefaultsTest {
  private static final SamplingDefaults ALL = new SamplingDefaults(28, 4.0, "blur", 0.75, List.of("1024x1024", "1280x720"));

  @Test
  void whatIsWrittenIsRead() {
    assertThat(ALL.json()).hasToString("""
        {"num_inference_steps":28,"guidance_scale":4.0,"negative_prompt":"blur","cfg_normalization":0.75,\
        "sizes":["1024x1024","1280x720"]}""");
    assertThat(read(ALL.json().toString())).isEqualTo(ALL);
    assertThat(read("{}")).isEqualTo(SamplingDefaults.NONE);
  }

  @ParameterizedTest
  @CsvSource({"true, 1, true", "false, 0, false", "1, 1, true", "0.0, 0, false", "0.5, 0.5, 0.5"})
  void normalizationIsATruthValueOrANumber(String json, double factor, String written) {
    SamplingDefaults read = read("{\"cfg_normalization\":" + json + "}");

    assertThat(read.cfgNormalization()).isEqualTo(factor);
    assertThat(read.json()).hasToString("{\"cfg_normalization\":" + written + "}");
  }

  @Test
  void whatTheseDoNotSayTheOtherOnesSay() {
    assertThat(SamplingDefaults.NONE.or(ALL)).isEqualTo(ALL);
    assertThat(new SamplingDefaults(8, null, null, 1.0, List.of()).or(ALL))
        .isEqualTo(new SamplingDefaults(8, 4.0, "blur", 1.0, ALL.sizes()));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{\"num_inference_steps\":51} | num_inference_steps is 51, expected a whole number from 1 to 50",
      "{\"num_inference_steps\":0} | num_inference_steps is 0, expected a positive whole number",
      "{\"guidance_scale\":20.5} | guidance_scale is 20.5, expected a number from 0 to 20",
      "{\"cfg_normalization\":-1} | cfg_normalization is -1, expected true, false or a number from 0",
      "{\"cfg_normalization\":\"on\"} | cfg_normalization is \"on\", expected true or false",
      "{\"sizes\":[\"1024x32\"]} | expected a list of sizes such as 1024x768, with sides from 64 to 2048",
      "{\"steps\":8} | steps is 8, expected no such field, only num_inference_steps, guidance_scale"})
  void whatNoRequestMayAskForIsRefusedWithFileAndField(String json, String message) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(CheckpointException.class).hasMessageStartingWith("defaults.json: ")
        .hasMessageContaining(message);
  }

  @Test
  void nothingElseMayBeExported() {
    assertThatThrownBy(() -> new SamplingDefaults(51, null, null, null, List.of()))
        .hasMessage("num_inference_steps must be from 1 to 50 (got 51)");
    assertThatThrownBy(() -> new SamplingDefaults(null, null, null, null, List.of("1024")))
        .hasMessage("sizes must be as 1024x768, with sides from 64 to 2048 (got 1024)");
  }

  private static SamplingDefaults read(String json) {
    return SamplingDefaults.read(Fields.parse(Path.of("defaults.json"), json));
  }
}

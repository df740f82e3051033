package org.zimage.pipeline.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.zimage.pipeline.Fixtures;

class FlowMatchEulerTest {
  static Stream<Arguments> schedules() {
    return Stream.of("tiny", "tiny-b").flatMap(model -> {
      JsonObject goldens = Fixtures.json(model + "-goldens/scheduler.json").asJsonObject();
      double shift = goldens.getJsonNumber("shift").doubleValue();
      return goldens.getJsonObject("steps").entrySet().stream()
          .map(entry -> Arguments.of(shift, Integer.parseInt(entry.getKey()), entry.getValue().asJsonObject()));
    });
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void givesTheReferencesSigmasAndTimes(double shift, int steps, JsonObject golden) {
    FlowMatchEuler schedule = FlowMatchEuler.of(steps, shift);
    JsonArray sigmas = golden.getJsonArray("sigmas");

    assertThat(schedule.sigmas()).hasSize(sigmas.size());
    for (int i = 0; i < sigmas.size(); i++) {
      assertThat((double) schedule.sigmas()[i]).isCloseTo(sigmas.getJsonNumber(i).doubleValue(), within(1e-6));
    }
    for (int step = 0; step < steps; step++) {
      assertThat((double) schedule.time(step))
          .isCloseTo(golden.getJsonArray("t_model").getJsonNumber(step).doubleValue(), within(1e-6));
    }
  }

  /** n - n · strength in doubles, cut to a whole number. */
  @ParameterizedTest
  @CsvSource({"8, 0.6, 3", "8, 1, 0", "9, 0.3, 6", "5, 0.3, 3", "9, 0.05, 8", "9, 0, 9", "10, 0.7, 3", "50, 0.58, 21", "1, 1e-320, 0", "33, 1e-17, 32"})
  void beginsWhereDiffusersBegins(int steps, double strength, int first) {
    assertThat(FlowMatchEuler.firstStep(steps, strength)).isEqualTo(first);
  }

  @Test
  void theEstimateIsThePictureWhenTheVelocityIsRight() {
    FlowMatchEuler schedule = FlowMatchEuler.of(4, 3);
    float[] picture = {0.5f, -1};
    float[] noise = {2, 3};
    float[] prediction = {picture[0] - noise[0], picture[1] - noise[1]};

    assertThat(schedule.estimate(1, schedule.noised(2, picture, noise), prediction)).containsExactly(picture, within(1e-6f));
    assertThat(schedule.noised(4, picture, noise)).containsExactly(picture);
  }
}

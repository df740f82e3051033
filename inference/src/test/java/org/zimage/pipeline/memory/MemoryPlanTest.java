package org.zimage.pipeline.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.model.Canvas;
import org.zimage.pipeline.memory.MemoryPlan.Coder;
import org.zimage.pipeline.memory.MemoryPlan.Level;

class MemoryPlanTest {
  /** Z-Image-Turbo in bfloat16. */
  private static final MemoryPlan TURBO = new MemoryPlan(3840, 30, 10240, 2,
      new Coder(List.of(new Level(512, 512), new Level(512, 512), new Level(512, 256), new Level(256, 128)), true),
      new Coder(List.of(new Level(512, 512), new Level(256, 512), new Level(128, 256), new Level(128, 128)), true));

  /** The table of docs/models.md. */
  @ParameterizedTest
  @CsvSource({"1024, 8, 0.9, 3.3, 1.5", "1536, 32, 1.4, 13.7, 3.3", "2048, 32, 3.7, 43.1, 5.8"})
  void theRealModelTakesWhatItsDocumentSays(int side, int parts, double step, double whole, double inStripes) {
    Canvas canvas = new Canvas(16, side / 8, side / 8, 8);
    long tokens = canvas.paddedTokens() + 64;

    assertThat(MemoryPlan.queryParts(tokens)).isEqualTo(parts);
    assertThat(TURBO.step(tokens, parts) / 1e9).isEqualTo(step, within(0.051));
    assertThat(TURBO.decoding(canvas, false) / 1e9).isEqualTo(whole, within(0.051));
    assertThat(TURBO.decoding(canvas, true) / 1e9).isEqualTo(inStripes, within(0.051));
  }
}

package org.zimage.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.platform.Platform;

@ExtendWith(Platform.class)
class SystemMetricsTest {
  private final SystemMetrics metrics = Platform.bean(SystemMetrics.class);

  @Test
  void adaptersAreCountedByTheirNamesAndBeyondAHundredTogether() {
    for (int i = 0; i < 150; i++) {
      metrics.adapter("style-" + i, Duration.ofSeconds(2));
    }

    assertThat(metrics.page()).contains("zimage_lora_seconds_count{lora=\"style-0\"} 1", "zimage_lora_seconds_sum{lora=\"style-0\"} 2.0",
        "zimage_lora_seconds_count{lora=\"_other\"} 50");
    assertThat(metrics.page().lines().filter(line -> line.startsWith("zimage_lora_seconds_count"))).hasSize(101);
  }
}

package org.zimage.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DecodingPaceTest {
  private final DecodingPace pace = new DecodingPace();

  @Test
  void expectsAPictureToTakeAsLongForEachPixelAsTheLast() {
    pace.took(512 * 512, Duration.ofMillis(300));

    assertThat(pace.isShort(512 * 1024)).isTrue();
    assertThat(pace.isShort(1024 * 1024)).isFalse();
  }

  @Test
  void expectsTheFirstPictureToBeShort() {
    assertThat(pace.isShort(2048 * 2048)).isTrue();
  }
}

package org.zimage.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DecodingSpeedTest {
  private final DecodingSpeed decodingSpeed = new DecodingSpeed();

  @Test
  void expectsAPictureToTakeAsLongForEachPixelAsTheLast() {
    decodingSpeed.took(512 * 512, Duration.ofMillis(300));

    assertThat(decodingSpeed.isShort(512 * 1024)).isTrue();
    assertThat(decodingSpeed.isShort(1024 * 1024)).isFalse();
  }

  @Test
  void expectsTheFirstPictureToBeShort() {
    assertThat(decodingSpeed.isShort(2048 * 2048)).isTrue();
  }
}

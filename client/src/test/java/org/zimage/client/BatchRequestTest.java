package org.zimage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.zimage.api.GenerateImageRequest;

class BatchRequestTest {
  @Test
  void theSeedsFollowEachOtherUpToTheLargest() {
    BatchRequest batch = new BatchRequest("b", GenerateImageRequest.of("a").withSeed(Long.MAX_VALUE - 1), 2);

    assertThat(batch.picture(0).seed()).isEqualTo(Long.MAX_VALUE - 1);
    assertThat(batch.picture(1).seed()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void seedsBeyondTheLargestAreRefused() {
    assertThatThrownBy(() -> new BatchRequest("b", GenerateImageRequest.of("a").withSeed(Long.MAX_VALUE), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The seed of a batch of 2 must be at most 9223372036854775806 (got 9223372036854775807)");
  }
}

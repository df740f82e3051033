package org.zimage.web.stopping;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OpenRequestsTest {
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final OpenRequests requests = new OpenRequests();

  @Test
  void whatHasBegunIsWaitedForAndNothingElseBegins() {
    assertThat(requests.begin()).isTrue();
    requests.close();
    CompletableFuture<Integer> left = CompletableFuture.supplyAsync(() -> requests.awaitEnds(LONGEST));

    assertThat(requests.begin()).isFalse();
    assertThat(left).isNotDone();
    requests.end();

    assertThat(left).succeedsWithin(LONGEST).isEqualTo(0);
  }

  @Test
  void whoeverTakesTooLongIsCounted() {
    requests.begin();
    requests.begin();
    requests.end();

    assertThat(requests.awaitEnds(Duration.ofMillis(10))).isEqualTo(1);
  }
}

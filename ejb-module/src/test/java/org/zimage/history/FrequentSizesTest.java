package org.zimage.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.caller.Caller;
import org.zimage.history.FrequentSizes.Size;
import org.zimage.platform.Platform;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class FrequentSizesTest {
  private final FrequentSizes sizes = Platform.bean(FrequentSizes.class);

  @Test
  void areThoseOfMostTasksFirst() {
    submit(1024, 576);
    submit(512, 512);
    submit(64, 64);
    submit(512, 512);
    submit(1024, 576);
    submit(512, 512);

    assertThat(sizes.find(2)).containsExactly(new Size(512, 512), new Size(1024, 576));
  }

  private static void submit(int width, int height) {
    Platform.bean(Submission.class).submit(GenerationRequest.parse(
        "{\"prompt\": \"a cat\", \"width\": %d, \"height\": %d}".formatted(width, height)), Caller.ANONYMOUS, null);
  }
}

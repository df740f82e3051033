package org.zimage.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.caller.Caller;
import org.zimage.platform.Platform;

@ExtendWith(Platform.class)
class TaskLedgerTest {
  private final Submission submission = Platform.bean(Submission.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);

  @Test
  void claimingTakesAWaitingTask() {
    TaskId id = submission.submit(GenerationRequest.parse("{\"prompt\": \"a red square\"}"), Caller.ANONYMOUS, null);

    Work work = ledger.claim(id, "worker").orElseThrow();

    assertThat(work.claim()).isEqualTo(new Claim(id, 1));
  }
}

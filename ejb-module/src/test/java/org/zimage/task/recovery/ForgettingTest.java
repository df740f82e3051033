package org.zimage.task.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.caller.Caller;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.start.Forgetting;
import org.zimage.system.Workers;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class ForgettingTest {

  private final Database database = new Database();
  private final Workers workers = Platform.bean(Workers.class);
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final Forgetting forgetting = Platform.bean(Forgetting.class);

  @BeforeEach
  void theDatabaseWasThereAllTheTime() {
    database.seenWithoutABreak();
  }

  @Test
  void aTaskWhoseModelNobodyHasServedForADayFails() throws SQLException {
    TaskId named = submit("{\"prompt\": \"a cat\", \"model\": \"z-image-turbo\"}");
    TaskId any = submit("{\"prompt\": \"a cat\"}");
    workers.gone("host:1");
    forgetting.run();
    assertThat(ledger.status(named)).as("on the day on which its worker stopped").contains(TaskState.PENDING);

    database.execute("UPDATE workers SET seen_at = now() - interval '25 hours'");
    database.execute("DELETE FROM chores WHERE name = 'forgetting'");
    forgetting.run();

    assertThat(database.task(named)).containsEntry("status", "error").containsEntry("error_code", "model_missing")
        .containsEntry("error_message", "No worker has served the model z-image-turbo for a day");
    assertThat(ledger.status(any)).contains(TaskState.PENDING);
  }

  @Test
  void afterAnOutageWorkersHaveTimeToComeBack() throws SQLException {
    TaskId named = submit("{\"prompt\": \"a cat\", \"model\": \"z-image-turbo\"}");
    database.execute("UPDATE workers SET seen_at = now() - interval '3 days'");
    database.execute("UPDATE chores SET unbroken_since = now() - interval '50 minutes'");

    forgetting.run();

    assertThat(ledger.status(named)).contains(TaskState.PENDING);
  }

  private TaskId submit(String request) {
    workers.seen("host:1", "z-image-turbo", null, null);
    TaskId id = Platform.bean(Submission.class).submit(GenerationRequest.parse(request), Caller.ANONYMOUS, null);
    database.execute("UPDATE image_generation_tasks SET created_at = now() - interval '2 days'");
    return id;
  }
}

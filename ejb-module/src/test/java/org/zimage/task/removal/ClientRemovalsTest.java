package org.zimage.task.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.api.removal.ClientRemoval;
import org.zimage.audit.Actor;
import org.zimage.audit.Door;
import org.zimage.audit.Origin;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.history.BatchFilter;
import org.zimage.history.History;
import org.zimage.image.ImageStore;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.Lease;
import org.zimage.task.lifecycle.TaskLedger;

/** Everything of a client goes, and nothing of anybody else. */
@ExtendWith(Platform.class)
class ClientRemovalsTest {
  private static final Actor ADMINISTRATOR = new Actor(Actor.Kind.ADMINISTRATOR, "admin", new Origin(Door.HTTP, "192.0.2.7"));

  private final Database database = new Database();
  private final TasksWithFiles pictures = new TasksWithFiles(Platform.bean(ImageStore.class));
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final History history = Platform.bean(History.class);
  private final ClientRemovals removals = Platform.bean(ClientRemovals.class);
  private final Ends ends = Platform.bean(Ends.class);
  private Caller client;
  private Caller other;

  @BeforeEach
  void identify() {
    client = Platform.bean(Callers.class).identify("client's key", Origin.NODE);
    other = Platform.bean(Callers.class).identify("other's key", Origin.NODE);
  }

  @Test
  void everythingOfAClientGoes() throws Exception {
    TaskId finished = pictures.finished(client, "\"image\": \"" + TasksWithFiles.dataUrl() + "\", \"webhook_url\": \"http://receiver.test/\"");
    TaskId kept = pictures.finished(client, "");
    history.delete(database.task(kept).get("batch_id").toString(), client, false);
    pictures.submit(client, "");
    Claim running = ledger.claim(pictures.submit(client, ""), "worker").orElseThrow().claim();
    TaskId others = pictures.finished(other, "\"webhook_url\": \"http://receiver.test/\"");
    database.execute("UPDATE api_clients SET display_name = 'Somebody'");

    ClientRemoval request = removals.request(client.clientId(), ADMINISTRATOR);
    assertThat(request.status()).isEqualTo("running");
    assertThat(request.statusUrl()).isEqualTo("/v1/clients/" + client.clientId() + "/removals");
    TaskId later = pictures.finished(client, "");
    pictures.run(ends);
    assertThat(removals.of(client.clientId())).extracting(ClientRemoval::status).as("while files are left").containsExactly("running");
    pictures.due();
    Platform.bean(FileRemoval.class).run();
    pictures.run(ends);

    assertThat(removals.of(client.clientId())).singleElement().satisfies(done -> {
      assertThat(done.status()).isEqualTo("done");
      assertThat(done.tasksRemoved()).isEqualTo(3);
      assertThat(done.finishedAt()).isAfter(done.requestedAt());
    });
    assertThat(pictures.files(finished)).isEmpty();
    assertThat(pictures.files(kept)).as("deleted from the history before").isEmpty();
    assertThat(ledger.renew(running, 1)).isEqualTo(Lease.LOST);
    assertThat(database.rows("SELECT task_id FROM image_generation_tasks")).extracting(row -> row.get("task_id"))
        .containsExactlyInAnyOrder(others.value(), later.value());
    assertThat(database.rows("SELECT DISTINCT task_id FROM webhook_deliveries")).extracting(row -> row.get("task_id"))
        .containsExactly(others.value());
    assertThat(pictures.files(others)).hasSize(2);
    assertThat(pictures.rows("input_pictures")).isZero();
    assertThat(database.row("SELECT display_name FROM api_clients WHERE id = '" + client.clientId() + "'"))
        .containsEntry("display_name", client.clientId());
    assertThat(database.rows("SELECT * FROM client_removals").toString()).doesNotContain("cat");
    assertThat(history.page(client, BatchFilter.NONE, 10, 0).batches()).hasSize(1);
  }

  @Test
  void aRequestSurvivesWhoeverCarriesItOut() throws Exception {
    TaskId task = pictures.finished(client, "");
    removals.request(client.clientId(), ADMINISTRATOR);
    database.execute("CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'cut off'; END $$");
    try {
      database.execute("CREATE TRIGGER cut_off BEFORE UPDATE ON client_removals EXECUTE FUNCTION cut_off()");
      assertThatThrownBy(() -> pictures.run(ends)).hasStackTraceContaining("cut off");
    } finally {
      database.execute("DROP FUNCTION cut_off CASCADE");
    }
    assertThat(pictures.rows("image_generation_tasks")).isOne();

    pictures.run(ends);
    Platform.bean(FileRemoval.class).run();
    pictures.run(ends);

    assertThat(pictures.files(task)).isEmpty();
    assertThat(removals.of(client.clientId())).extracting(ClientRemoval::status).containsExactly("done");
  }

  @Test
  void whoIsNoClientIsNotFound() {
    for (String id : new String[] {"key_00000000", "", "a\0b"}) {
      assertThatThrownBy(() -> removals.request(id, ADMINISTRATOR)).isInstanceOf(ClientNotFound.class).hasMessage("Client not found");
      assertThat(removals.of(id)).isEmpty();
    }
  }
}

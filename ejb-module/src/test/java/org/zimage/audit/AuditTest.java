package org.zimage.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.api.audit.AuditEntry;
import org.zimage.caller.Caller;
import org.zimage.caller.Callers;
import org.zimage.history.History;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.Cancellation;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

@ExtendWith(Platform.class)
class AuditTest {
  private static final Origin OFFICE = new Origin(Door.HTTP, "192.0.2.7");
  private static final AuditFilter ALL = new AuditFilter(0, null, null, null, null);
  private static final GenerationRequest SECRET = GenerationRequest.parse(
      "{\"prompt\": \"Anna in the garden\", \"negative_prompt\": \"Bert\", \"metadata\": {\"order\": \"Carla\"}}");

  private final Database database = new Database();
  private final Audit audit = Platform.bean(Audit.class);
  private final AuditLog log = Platform.bean(AuditLog.class);
  private final Refusals refusals = Platform.bean(Refusals.class);
  private final Submission submission = Platform.bean(Submission.class);

  private List<AuditEntry> entries() {
    return log.entries(ALL, Integer.MAX_VALUE).toList();
  }

  private static Caller client() {
    return Platform.bean(Callers.class).identify("client-key-1", OFFICE);
  }

  private static String line(AuditEntry entry) {
    return String.join(" ", entry.deed(), entry.outcome(), entry.actor(), entry.actorId(), entry.door(), entry.address(),
        entry.objectType(), entry.objectId(), entry.batchId());
  }

  @Test
  void tellsWhoDidWhatFromWhere() {
    Caller client = client();
    TaskId task = submission.submit(SECRET, client, "order-1");
    submission.submit(SECRET, client, "order-1");
    String batch = database.batchOf(task).get("id").toString();
    Platform.bean(Cancellation.class).cancel(task.value(), client);
    Platform.bean(Cancellation.class).cancel(task.value(), client);
    Platform.bean(History.class).delete(batch, client, false);

    String who = " client " + client.clientId() + " http 192.0.2.7 ";
    assertThat(entries().stream().map(AuditTest::line)).containsExactly(
        "client.register accepted" + who + "client " + client.clientId() + " null",
        "task.submit accepted" + who + "task " + task + " " + batch,
        "task.submit unchanged" + who + "task " + task + " null",
        "task.cancel accepted" + who + "task " + task + " null",
        "task.cancel unchanged" + who + "task " + task + " null",
        "batch.delete accepted" + who + "batch " + batch + " null");
  }

  @Test
  void holdsNoPromptNoMetadataAndNoKey() {
    submission.submit(SECRET, client(), "Dora's order");
    refusals.note(Deed.TASK_CANCEL, client().actor(), 404, "Anna in the garden");
    refusals.note(Deed.LORA_DELETE, client().actor(), 403, "Anna");

    assertThat(database.rows("SELECT * FROM audit_records")).hasSize(4).asString()
        .doesNotContain("Anna").doesNotContain("Bert").doesNotContain("Carla").doesNotContain("Dora").doesNotContain("client-key-1");
  }

  @Test
  void picturesThatAreAskedForTogetherAreRecordedOneByOne() {
    List<TaskId> tasks = submission.submit(SECRET.asBatch("a batch", 3), Caller.ANONYMOUS, null);

    assertThat(entries().stream().map(AuditEntry::objectId)).containsExactlyElementsOf(tasks.stream().map(TaskId::value).toList());
    assertThat(entries().stream().map(AuditEntry::batchId).distinct()).hasSize(1);
    assertThat(entries().get(0)).matches(entry -> entry.actor().equals("anonymous") && entry.actorId() == null);
  }

  @Test
  void whatIsRolledBackWasNotDone() {
    assertThatThrownBy(() -> submission.submit(SECRET, Caller.ANONYMOUS, null, task -> {
      throw new IllegalStateException("no");
    })).hasStackTraceContaining("no");

    assertThat(entries()).isEmpty();
  }

  @Test
  void aNodeRecordsItsOwnWork() {
    audit.record(AuditRecord.done(Deed.CLIENT_ERASE, Actor.node(), "key_0a1b2c3d"));

    assertThat(entries()).singleElement().matches(entry -> entry.deed().equals("client.erase") && entry.actor().equals("node")
        && !entry.actorId().isEmpty() && entry.door().equals("node") && entry.objectId().equals("key_0a1b2c3d"));
  }

  @Test
  void theApplicationsAccountCanChangeNothing() {
    submission.submit(SECRET, Caller.ANONYMOUS, null);

    for (String change : List.of("UPDATE audit_records SET actor = 'nobody'", "DELETE FROM audit_records", "TRUNCATE audit_records",
        "INSERT INTO audit_records OVERRIDING SYSTEM VALUE SELECT * FROM audit_records ON CONFLICT (id) DO UPDATE SET actor = 'nobody'")) {
      assertThatThrownBy(() -> database.execute(change)).hasStackTraceContaining("Rows of audit_records are never changed");
    }
    assertThat(entries()).hasSize(1);
  }

  @Test
  void anAccountThatDoesNotOwnTheTableCannotTakeTheTriggerAwayEither() throws SQLException {
    audit.record(AuditRecord.done(Deed.CLIENT_ERASE, Actor.node(), "key_0a1b2c3d"));
    try (Connection connection = Platform.database().getConnection(); Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // As docs/security.md says
      statement.execute("CREATE ROLE app_of_the_test; GRANT SELECT, INSERT ON audit_records TO app_of_the_test; SET ROLE app_of_the_test");
      statement.execute(Audit.ADD.replace("?1", "'[{\"deed\":\"task.cancel\",\"outcome\":\"accepted\",\"actor\":\"node\",\"door\":\"node\"}]'"));

      for (String change : List.of("DELETE FROM audit_records", "ALTER TABLE audit_records DISABLE TRIGGER USER",
          "DROP TABLE audit_records", "DROP TRIGGER audit_is_append_only ON audit_records")) {
        connection.setSavepoint("before");
        assertThatThrownBy(() -> statement.execute(change)).isInstanceOf(SQLException.class)
            .extracting(refused -> ((SQLException) refused).getSQLState()).isEqualTo("42501");
        statement.execute("ROLLBACK TO SAVEPOINT \"before\"");
      }
      connection.rollback();
    }
  }

  /** Otherwise whoever keeps the last number that was read, and begins behind it the next time, would never see the lower one. */
  @Test
  void whatIsNotCommittedHoldsBackWhatHasAHigherNumber() throws Exception {
    UserTransaction slow = Platform.bean(UserTransaction.class);
    slow.begin();
    audit.record(AuditRecord.done(Deed.CLIENT_ERASE, Actor.node(), "key_00000001"));
    Thread fast = new Thread(() -> audit.record(AuditRecord.done(Deed.CLIENT_ERASE, Actor.node(), "key_00000002")));
    fast.start();
    fast.join();

    assertThat(database.number("SELECT count(*) FROM audit_records WHERE object_id = 'key_00000002'")).as("committed").isEqualTo(1);
    List<AuditEntry> meanwhile = readByAnother();
    slow.commit();

    assertThat(meanwhile).isEmpty();
    assertThat(entries().stream().map(AuditEntry::objectId)).containsExactly("key_00000001", "key_00000002");
  }

  private List<AuditEntry> readByAnother() throws InterruptedException {
    List<AuditEntry> read = new CopyOnWriteArrayList<>();
    Thread reader = new Thread(() -> read.addAll(entries()));
    reader.start();
    reader.join();
    return read;
  }

  @Test
  void isReadFromANumberOnByClientDeedAndTime() {
    Caller client = client();
    submission.submit(SECRET, client, null);
    submission.submit(SECRET, Caller.ANONYMOUS, null);
    List<AuditEntry> all = entries();
    Instant hour = Instant.now().minus(1, ChronoUnit.HOURS);

    assertThat(log.entries(new AuditFilter(all.get(0).id(), null, null, null, null), 1)).containsExactly(all.get(1));
    assertThat(log.entries(new AuditFilter(0, null, null, client.clientId(), null), 10)).isEqualTo(all.subList(0, 2));
    assertThat(log.entries(new AuditFilter(0, null, null, null, Deed.TASK_SUBMIT), 10)).isEqualTo(all.subList(1, 3));
    assertThat(log.entries(new AuditFilter(0, hour, null, null, null), 10)).isEqualTo(all);
    assertThat(log.entries(new AuditFilter(0, null, hour, null, null), 10)).isEmpty();
  }

  @Test
  void isReadToItsEndHoweverLongItIs() {
    audit.record(IntStream.range(0, 2_500).mapToObj(i -> AuditRecord.done(Deed.CLIENT_ERASE, Actor.node(), "key_%08x".formatted(i))).toList());

    assertThat(entries().stream().map(AuditEntry::objectId))
        .containsExactlyElementsOf(IntStream.range(0, 2_500).mapToObj("key_%08x"::formatted).toList());
  }

  @Test
  void ofRefusalsTellsTheStatusAndTheObjectThatWasMeant() {
    refusals.note(Deed.TASK_CANCEL, client().actor(), 403, "0123456789abcdef0123456789abcdef");
    refusals.note(Deed.BATCH_DELETE, Actor.stranger(OFFICE), 401, "Anna in the garden");
    refusals.note(Deed.TASK_SUBMIT, Actor.stranger(Origin.JMS), 500, null);

    assertThat(entries().stream().skip(1).map(entry -> entry.outcome() + " " + entry.status() + " " + entry.actor() + " " + entry.objectId()))
        .containsExactly("refused 403 client 0123456789abcdef0123456789abcdef", "refused 401 stranger null", "failed 500 stranger null");
  }

  @Test
  void strangersCannotFillTheTable() {
    Refusals inOneMinute = new Refusals(audit, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    IntStream.range(0, 3 * Refusals.MOST_A_MINUTE).forEach(i -> inOneMinute.note(Deed.TASK_SUBMIT, Actor.stranger(OFFICE), 401, null));

    assertThat(entries()).hasSize(Refusals.MOST_A_MINUTE);
    inOneMinute.note(Deed.TASK_SUBMIT, client().actor(), 422, null);
    assertThat(entries()).as("with those of a client").hasSize(Refusals.MOST_A_MINUTE + 2);
  }

  @Test
  void aClientThatCancelsATaskAgainAndAgainCannotFillTheTable() {
    Actor client = client().actor();
    Refusals inOneMinute = new Refusals(audit, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

    assertThat(IntStream.range(0, 3 * Refusals.MOST_A_MINUTE).filter(i -> inOneMinute.hasRoomForUnchanged(client)).count())
        .isEqualTo(Refusals.MOST_A_MINUTE);
  }
}

package org.zimage.tests.faults.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.PngFile;

/**
 * The one judge of what a system made of a fault. Knows nothing of the fault: looks into the database, the pictures'
 * folder and a durable subscription of {@code zimage.events}, and holds them against each other and against the tasks
 * that were accepted. Every row that is there must be right, whoever asked for it. Not for several threads.
 */
public final class Oracle {
  private static final String SUBSCRIBER = "oracle";
  private static final Duration LONGEST_WORK = Duration.ofMinutes(5);
  /** What follows the end of a task: its event, and the removal of what a lost attempt has left. */
  private static final Duration LONGEST_REST = Duration.ofSeconds(90);
  private static final long QUIET_MILLIS = 500;
  private static final String NEW_TASK =
      "{\"prompt\":\"a new task\",\"width\":64,\"height\":64,\"num_inference_steps\":1}";
  private static final Map<String, String> LAST_EVENT =
      Map.of("success", "zimage.task.succeeded", "error", "zimage.task.failed", "cancelled", "zimage.task.cancelled");

  private final Database database;
  private final Path pictures;
  private final Supplier<Broker> broker;
  /** Task → the types of its events, in the order in which they came. */
  private final Map<String, List<String>> events = new HashMap<>();
  private final Set<String> told = new HashSet<>();
  /** Tasks that are to be gone. */
  private final Set<String> ended = new HashSet<>();

  /** Where the database is; it may move. */
  @FunctionalInterface
  public interface Database {
    /** A new connection, of the caller's. */
    Connection connect() throws SQLException;
  }

  /**
   * Subscribes to the events: what happens from now on is judged.
   *
   * @param pictures the folder of the pictures, which nothing else may be in
   * @param broker where the broker is; it may move too
   */
  public Oracle(Database database, Path pictures, Supplier<Broker> broker) {
    this.database = database;
    this.pictures = pictures;
    this.broker = broker;
    hearEvents();
  }

  /**
   * Waits until there is nothing left to do, asks for one more picture, and judges. What was told once is not told
   * again.
   *
   * @param accepted the tasks whose ids were answered
   * @throws SQLException when the database cannot be reached
   */
  public Verdict judge(Collection<String> accepted, Api api) throws SQLException, IOException, InterruptedException {
    awaitEnds();
    String next = api.generate(NEW_TASK);
    List<String> violations = new ArrayList<>();
    if (!api.awaitEnd(next).getString("status").equals("SUCCESS")) {
      violations.add("new work is not served: " + api.status(next));
    }
    Findings findings = look(accepted);
    for (long end = System.nanoTime() + LONGEST_REST.toNanos(); !findings.isClean(told) && System.nanoTime() < end;) {
      TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
      findings = look(accepted);
    }
    findings.violations.stream().filter(told::add).forEach(violations::add);
    return new Verdict(accepted.size(), findings.lost.size(), findings.doubled.size(), violations);
  }

  /** From now on nothing may be left of these tasks, nor is a row of them missed. */
  public void expectGone(Collection<String> tasks) {
    ended.addAll(tasks);
  }

  /** The same, for those who accept no violation. */
  public Verdict requireAllWell(Collection<String> accepted, Api api) throws SQLException, IOException,
      InterruptedException {
    Verdict verdict = judge(accepted, api);
    assertThat(verdict.violations()).as("what is not as promised").isEmpty();
    return verdict;
  }

  private void awaitEnds() throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + LONGEST_WORK.toNanos();
    try (Connection connection = database.connect()) {
      while (System.nanoTime() < deadline && !rows(connection,
          "SELECT task_id FROM image_generation_tasks WHERE status IN ('pending', 'running') LIMIT 1").isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
      }
    }
  }

  private Findings look(Collection<String> accepted) throws SQLException, IOException {
    Findings findings = new Findings();
    hearEvents();
    try (Connection connection = database.connect()) {
      Map<String, Map<String, String>> tasks = rows(connection, "SELECT * FROM image_generation_tasks").stream()
          .collect(Collectors.toMap(row -> row.get("task_id"), row -> row));
      lookAtTasks(findings, accepted.stream().filter(task -> !ended.contains(task)).toList(), tasks);
      lookAtEnds(findings, connection, tasks.keySet());
      lookAtBatches(findings, connection);
      lookAtFiles(findings, tasks.values(), inputs(connection), kept(connection));
      lookAtEvents(findings, tasks.values());
      for (Map<String, String> message : rows(connection, "SELECT subject, type FROM outgoing_messages")) {
        findings.violations.add("never sent: " + message);
      }
    }
    findings.doubled.retainAll(accepted);
    return findings;
  }

  private static void lookAtTasks(Findings findings, Collection<String> accepted,
      Map<String, Map<String, String>> tasks) {
    for (String id : accepted) {
      if (!tasks.containsKey(id)) {
        findings.lost.add(id);
        findings.violations.add("accepted, but not there: task " + id);
      }
    }
    for (Map<String, String> task : tasks.values()) {
      String id = task.get("task_id");
      if (!LAST_EVENT.containsKey(task.get("status"))) {
        findings.lost.add(id);
        findings.violations.add("never ends: task " + id + " is " + task.get("status") + " in attempt "
            + task.get("attempt"));
      } else if (task.get("finished_at") == null || task.get("lease_until") != null) {
        findings.violations.add("half ended: " + task);
      }
      if (task.get("status").equals("success") == (task.get("image_id") == null)) {
        findings.violations.add("a picture if and only if it succeeded: " + task);
      }
    }
  }

  /** What is to be removed is, in the end, and nothing refers to what is gone. */
  private void lookAtEnds(Findings findings, Connection connection, Set<String> tasks) throws SQLException {
    ended.stream().filter(tasks::contains).forEach(task -> findings.violations.add("not removed: task " + task));
    for (Map<String, String> note : rows(connection, "SELECT task_id, files, attempts FROM removals")) {
      findings.violations.add("never removed: " + note);
    }
    for (Map<String, String> row : rows(connection, """
        SELECT 'webhook_deliveries' AS dangling, task_id FROM webhook_deliveries WHERE status <> 'pending'
        UNION ALL SELECT 'unfinished_pictures', task_id FROM unfinished_pictures""")) {
      if (!tasks.contains(row.get("task_id"))) {
        findings.violations.add("a row of a task that is gone: " + row);
      }
    }
    for (Map<String, String> row : rows(connection, "SELECT id FROM client_removals WHERE finished_at IS NULL")) {
      findings.violations.add("a client is not removed: " + row);
    }
  }

  /** The files that stay although their batch was deleted from the history. */
  private static Set<String> kept(Connection connection) throws SQLException {
    return rows(connection, "SELECT unnest(files) AS file FROM kept_pictures").stream().map(row -> row.get("file"))
        .collect(Collectors.toSet());
  }

  private static void lookAtBatches(Findings findings, Connection connection) throws SQLException {
    rows(connection, """
        SELECT batch.id, batch.status, batch.success_count, batch.failed_count, batch.batch_size, batch.completed_at,
          count(*) AS tasks, count(*) FILTER (WHERE task.status = 'success') AS success,
          count(*) FILTER (WHERE task.status = 'error') AS error,
          count(*) FILTER (WHERE task.status = 'cancelled') AS cancelled
        FROM image_generation_batches batch LEFT JOIN image_generation_tasks task ON task.batch_id = batch.id
        GROUP BY batch.id""").stream().filter(batch -> !isRight(batch))
        .forEach(batch -> findings.violations.add("a batch that does not say what its tasks say: " + batch));
  }

  private static boolean isRight(Map<String, String> batch) {
    String tasks = batch.get("tasks");
    String status = tasks.equals(batch.get("success")) ? "success" : tasks.equals(batch.get("error")) ? "error"
        : tasks.equals(batch.get("cancelled")) ? "cancelled" : "partial";
    return status.equals(batch.get("status")) && batch.get("success").equals(batch.get("success_count"))
        && batch.get("error").equals(batch.get("failed_count")) && batch.get("completed_at") != null
        && Integer.parseInt(batch.get("batch_size")) >= Integer.parseInt(tasks);
  }

  /** The pictures that callers sent, also of requests that became no task. */
  private static Set<String> inputs(Connection connection) throws SQLException {
    return rows(connection, "SELECT relative_path FROM input_pictures").stream().map(row -> row.get("relative_path"))
        .collect(Collectors.toSet());
  }

  private void lookAtFiles(Findings findings, Collection<Map<String, String>> tasks, Set<String> inputs, Set<String> kept)
      throws IOException {
    Map<String, String> expected = new TreeMap<>();
    for (Map<String, String> task : tasks) {
      Stream.of("relative_path", "preview_relative_path").map(task::get).filter(path -> path != null)
          .forEach(path -> expected.put(path, task.get("task_id")));
    }
    Set<String> found = new PictureFolder(pictures).names();
    lookAtInputs(findings, tasks, inputs, found);
    for (String name : found.stream().filter(name -> !inputs.contains(name) && !kept.contains(name)).toList()) {
      if (!expected.containsKey(name)) {
        String task = taskOf(name);
        if (task != null) {
          findings.doubled.add(task);
        }
        findings.violations.add("a file that no task names: " + name + (task == null ? "" : ", made for " + task));
      } else if (!isWhole(pictures.resolve(name))) {
        findings.violations.add("half a file: " + name);
      } else if (name.endsWith(".png") && !expected.get(name).equals(taskOf(name))) {
        findings.violations.add("another task's picture: " + name + " of " + expected.get(name));
      }
    }
    kept.stream().filter(name -> !found.contains(name)).forEach(name -> findings.violations.add("a kept picture that is not there: " + name));
    expected.keySet().stream().filter(name -> !found.contains(name))
        .forEach(name -> findings.violations.add("a picture that is not there: " + name + " of " + expected.get(name)));
  }

  /** A row may be without its file, before that is written and after it is removed, but not while a task names it. */
  private void lookAtInputs(Findings findings, Collection<Map<String, String>> tasks, Set<String> inputs, Set<String> found)
      throws IOException {
    for (Map<String, String> task : tasks) {
      for (String column : List.of("image_path", "mask_path")) {
        String path = task.get(column);
        if (path != null && !found.contains(path)) {
          findings.violations.add("a picture to start from that is not there: " + path + " of " + task.get("task_id"));
        }
      }
    }
    for (String name : inputs) {
      if (found.contains(name) && !isWhole(pictures.resolve(name))) {
        findings.violations.add("half a file: " + name);
      }
    }
  }

  /** The task that a picture says it was made for; null when it says nothing. */
  private String taskOf(String name) throws IOException {
    Path file = pictures.resolve(name);
    try {
      return name.endsWith(".png") && isWhole(file) ? PngFile.texts(Files.readAllBytes(file)).get("task_id") : null;
    } catch (NoSuchFileException removedMeanwhile) {
      return null;
    }
  }

  private static boolean isWhole(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (file.toString().endsWith(".png")) {
      try {
        return ImageIO.read(new ByteArrayInputStream(bytes)) != null;
      } catch (IOException half) {
        return false;
      }
    }
    // RIFF, then the length of what follows
    return bytes.length > 8 && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(4) == bytes.length - 8;
  }

  private void lookAtEvents(Findings findings, Collection<Map<String, String>> tasks) {
    for (Map<String, String> task : tasks) {
      List<String> heard = events.getOrDefault(task.get("task_id"), List.of());
      List<String> ends = heard.stream().filter(LAST_EVENT::containsValue).toList();
      if (ends.size() > 1) {
        findings.doubled.add(task.get("task_id"));
      }
      String end = LAST_EVENT.get(task.get("status"));
      if (end != null && !ends.equals(List.of(end))) {
        findings.violations.add("not the one last event: task " + task.get("task_id") + " is " + task.get("status")
            + ", heard of it was " + heard);
      }
      if (heard.stream().filter("zimage.task.submitted"::equals).count() != 1) {
        findings.violations.add("not submitted once: task " + task.get("task_id") + ", heard of it was " + heard);
      }
    }
  }

  /** Takes what the durable subscription has; makes the subscription, the first time. */
  private void hearEvents() {
    try (JMSContext context = broker.get().connect()) {
      context.setClientID(SUBSCRIBER);
      try (JMSConsumer consumer = context.createDurableConsumer(context.createTopic("zimage.events"), SUBSCRIBER)) {
        for (Message event = consumer.receive(QUIET_MILLIS); event != null; event = consumer.receive(QUIET_MILLIS)) {
          JsonObject body = Broker.body(event);
          events.computeIfAbsent(body.getString("subject"), task -> new ArrayList<>()).add(body.getString("type"));
        }
      }
    }
  }

  private static List<Map<String, String>> rows(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(query)) {
      List<Map<String, String>> rows = new ArrayList<>();
      while (result.next()) {
        Map<String, String> row = new TreeMap<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.put(result.getMetaData().getColumnLabel(i), result.getString(i));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  /** What one look has found. */
  private static final class Findings {
    private final Set<String> lost = new LinkedHashSet<>();
    private final Set<String> doubled = new LinkedHashSet<>();
    private final List<String> violations = new ArrayList<>();

    private boolean isClean(Set<String> told) {
      return told.containsAll(violations);
    }
  }
}

package org.zimage.task.removal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.zimage.caller.Caller;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredPicture;
import org.zimage.input.InputPictures;
import org.zimage.picture.encoding.EncodedPicture;
import org.zimage.picture.encoding.PngWriter;
import org.zimage.platform.Database;
import org.zimage.platform.Platform;
import org.zimage.task.TaskId;
import org.zimage.task.lifecycle.Claim;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.submission.GenerationRequest;
import org.zimage.task.submission.Submission;

/** Tasks with real files in a store, and the moment at which chores run. */
final class TasksWithFiles {
  private static final Instant MADE = Instant.parse("2026-01-02T03:04:05Z");

  private final Database database = new Database();
  private final TaskLedger ledger = Platform.bean(TaskLedger.class);
  private final ImageStore store;

  TasksWithFiles(ImageStore store) {
    this.store = store;
  }

  /** @param fields of the request beside the prompt, such as {@code "seed": 1} */
  TaskId submit(Caller caller, String fields) {
    String body = "{\"prompt\": \"a secret cat\"" + (fields.isEmpty() ? "" : ", " + fields) + "}";
    try {
      GenerationRequest request = Platform.bean(InputPictures.class)
          .receive(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), caller);
      return Platform.bean(Submission.class).submit(request, caller, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TaskId finished(Caller caller, String fields) {
    TaskId task = submit(caller, fields);
    finish(task);
    return task;
  }

  void finish(TaskId task) {
    Claim claim = ledger.claim(task, "worker").orElseThrow().claim();
    ledger.announce(claim, task.value(), MADE);
    StoredPicture picture = store.store(task.value(), MADE, new EncodedPicture(new byte[] {1}, new byte[] {2}));
    ledger.succeed(claim, picture);
  }

  /** Those files of a task that are in the store. */
  List<String> files(TaskId task) {
    return Stream.of(".png", ".webp").map(ending -> "20260102/030405_" + task + ending)
        .filter(path -> store.find(new RelativePath(path)).isPresent()).toList();
  }

  static String dataUrl() {
    return "data:image/png;base64,"
        + Base64.getEncoder().encodeToString(PngWriter.write(64, 64, new byte[3 * 64 * 64], Map.of(), null));
  }

  /** As if a task had ended earlier. */
  void endedBefore(TaskId task, String interval) {
    database.execute("UPDATE image_generation_tasks SET finished_at = finished_at - interval '" + interval + "', created_at = created_at - "
        + "interval '" + interval + "' WHERE task_id = '" + task + "'");
  }

  /** One turn of those who delete rows. */
  void run(Ends ends) throws SQLException {
    database.execute("DELETE FROM chores WHERE name = 'ends'");
    ends.run();
  }

  /** As if all waiting notes were due. */
  void due() {
    database.execute("UPDATE removals SET due_at = clock_timestamp()");
  }

  long rows(String table) {
    return database.number("SELECT count(*) FROM " + table);
  }
}

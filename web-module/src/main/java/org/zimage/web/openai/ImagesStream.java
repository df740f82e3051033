package org.zimage.web.openai;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonObjectBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zimage.image.ImageStore;
import org.zimage.image.StorageFailed;
import org.zimage.image.StoredImage;
import org.zimage.progress.Preview;
import org.zimage.task.TaskId;
import org.zimage.task.view.TaskView;
import org.zimage.web.waiting.WaitingCaller;
import org.zimage.web.writing.AnswerWriters;
import org.zimage.web.writing.LongAnswer;
import org.zimage.web.writing.Pieces;

/**
 * A client of OpenAI's API that watches its pictures grow: some small pictures on the way, where it wants them, and then the
 * pictures. Owns the answer, whose head is sent. Thread-safe.
 */
final class ImagesStream implements WaitingCaller {
  private final String kind;
  private final int partialImages;
  private final boolean cancelledByLeaving;
  private final Instant created;
  private final ImageStore store;
  private final LongAnswer answer;
  private final AnswerWriters writers;
  /** Of each task, how many small pictures were sent. */
  private final Map<Integer, Integer> sent = new HashMap<>();

  /**
   * @param kind what the events' names begin with
   * @param partialImages how many small pictures of each picture are sent at most
   */
  ImagesStream(String kind, int partialImages, boolean cancelledByLeaving, Instant created, ImageStore store, LongAnswer answer,
      AnswerWriters writers) {
    this.kind = kind;
    this.partialImages = partialImages;
    this.cancelledByLeaving = cancelledByLeaving;
    this.created = created;
    this.store = store;
    this.answer = answer;
    this.writers = writers;
  }

  @Override
  public boolean watchesPreviews() {
    return partialImages > 0;
  }

  /** They are spread over the steps. Who does not read at this moment misses one. */
  @Override
  public synchronized void show(int index, Preview preview) {
    int due = preview.progress().step() * (partialImages + 1) / preview.progress().steps();
    int before = sent.getOrDefault(index, 0);
    if (due > before && before < partialImages && answer.isReady()) {
      answer.write(event(kind + ".partial_image", head(kind + ".partial_image", "webp").add("partial_image_index", before)
          .add("b64_json", preview.webp()).build().toString()));
      sent.put(index, due);
    }
  }

  @Override
  public void ended(List<TaskView> tasks) {
    Optional<TaskView> failed = tasks.stream().filter(task -> task.status() != TaskView.Status.SUCCESS).findFirst();
    if (failed.isPresent()) {
      fail(ImagesCaller.failure(failed.get()));
      return;
    }
    try {
      List<StoredImage> pictures = tasks.stream().map(task -> InlineImages.find(store, task.result())).toList();
      writers.write(answer, new InlinePieces(texts(tasks), pictures));
    } catch (StorageFailed failure) {
      fail(OpenAiError.of(503, "The pictures cannot be read at the moment: ask for them again later"));
    }
  }

  /** What stands before, between and behind the pictures. */
  private List<String> texts(List<TaskView> tasks) {
    List<String> texts = new ArrayList<>();
    String end = "";
    for (TaskView task : tasks) {
      String head = head(kind + ".completed", "png").add("size",
          task.result().parameters().width() + "x" + task.result().parameters().height()).build().toString();
      String open = head.substring(0, head.length() - 1) + ",\"b64_json\":\"";
      texts.add(end + "event: " + kind + ".completed\ndata: " + open);
      end = "\"}\n\n";
    }
    texts.add(end);
    return texts;
  }

  private JsonObjectBuilder head(String type, String format) {
    return JSON.createObjectBuilder().add("type", type).add("created_at", created.getEpochSecond()).add("output_format", format)
        .add("quality", "auto").add("background", "opaque");
  }

  @Override
  public void deleted(TaskId task) {
    fail(ImagesCaller.deletion(task));
  }

  @Override
  public void tooLate() {
    fail(ImagesCaller.lateness());
  }

  @Override
  public void left() {
    answer.end();
  }

  @Override
  public boolean isCancelledByLeaving() {
    return cancelledByLeaving;
  }

  private void fail(OpenAiError error) {
    writers.write(answer, Pieces.of(event("error", error.toJson().toString())));
  }

  private static byte[] event(String name, String json) {
    return ("event: " + name + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}

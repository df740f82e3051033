package org.zimage.web.openai;

import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.events.TaskSnapshot;
import org.zimage.api.json.Bodies;
import org.zimage.image.ImageStore;
import org.zimage.image.StorageFailed;
import org.zimage.image.StoredImage;
import org.zimage.progress.Preview;
import org.zimage.task.TaskId;
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
      answer.write(event(Event.partial(kind, created, before, preview.webp())));
      sent.put(index, due);
    }
  }

  @Override
  public void ended(List<TaskSnapshot> tasks) {
    List<TaskStatusResponse> ends = tasks.stream().map(TaskSnapshot::status).toList();
    Optional<TaskStatusResponse> failed = ends.stream().filter(end -> end.status() != TaskStatus.SUCCESS).findFirst();
    if (failed.isPresent()) {
      fail(ImagesCaller.failure(failed.get()));
      return;
    }
    try {
      List<StoredImage> pictures = InlinePieces.find(ends.stream().map(TaskStatusResponse::result).toList(), store);
      writers.write(answer, new InlinePieces(texts(ends), pictures));
    } catch (StorageFailed failure) {
      fail(OpenAiError.of(503, "The pictures cannot be read at the moment: ask for them again later"));
    }
  }

  /** What stands before, between and behind the pictures. */
  private List<String> texts(List<TaskStatusResponse> tasks) {
    StringBuilder events = new StringBuilder();
    for (TaskStatusResponse task : tasks) {
      String size = task.result().width() + "x" + task.result().height();
      events.append(new String(event(Event.completed(kind, created, size)), StandardCharsets.UTF_8));
    }
    return InlinePieces.around(events.toString());
  }

  /**
   * An event of OpenAI's streams.
   *
   * @param createdAt seconds since 1970
   * @param partialImageIndex from 0; null for a finished picture
   * @param size null for a small picture
   * @param base64 the picture; empty where it is written later
   */
  record Event(String type, @JsonbProperty("created_at") long createdAt, @JsonbProperty("output_format") String outputFormat,
      String quality, String background, @JsonbNillable(false) @JsonbProperty("partial_image_index") Integer partialImageIndex,
      @JsonbNillable(false) String size, @JsonbProperty("b64_json") String base64) {

    static Event partial(String kind, Instant created, int index, String base64) {
      return new Event(kind + ".partial_image", created.getEpochSecond(), "webp", "auto", "opaque", index, null, base64);
    }

    static Event completed(String kind, Instant created, String size) {
      return new Event(kind + ".completed", created.getEpochSecond(), "png", "auto", "opaque", null, size, "");
    }
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
    writers.write(answer, Pieces.of(event("error", Bodies.text(error.body()))));
  }

  private static byte[] event(Event event) {
    return event(event.type(), Bodies.text(event));
  }

  private static byte[] event(String name, String json) {
    return ("event: " + name + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}

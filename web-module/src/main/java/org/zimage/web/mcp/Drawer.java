package org.zimage.web.mcp;

import static org.zimage.json.JsonLibrary.JSON;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredImage;
import org.zimage.task.TaskId;
import org.zimage.task.view.TaskView;
import org.zimage.web.waiting.WaitingCaller;
import org.zimage.web.waiting.Waits;

/** An assistant that waits for pictures: hears of progress, and gets previews and addresses. */
final class Drawer implements WaitingCaller {
  private static final Logger LOG = Logger.getLogger(Drawer.class.getName());

  /** Clients take events of a mebibyte; larger previews are left to be fetched by their addresses. */
  private static final int MAX_PREVIEW_BYTES = 500_000;

  private final Conversation conversation;
  private final UUID batch;
  private final ImageStore store;
  private final Effort effort = new Effort();
  private int last = -1;

  Drawer(Conversation conversation, UUID batch, ImageStore store) {
    this.conversation = conversation;
    this.batch = batch;
    this.store = store;
  }

  @Override
  public synchronized void progressed(List<TaskView> tasks) {
    tasks.forEach(effort::note);
    if (effort.done() > last) {
      last = effort.done();
      long ready = tasks.stream().filter(task -> task != null && task.status() == TaskView.Status.SUCCESS).count();
      conversation.progress(last, effort.total(tasks.size()), ready + " of " + tasks.size() + " pictures are ready");
    }
  }

  @Override
  public void ended(List<TaskView> tasks) {
    Optional<TaskView> failed = tasks.stream().filter(task -> task.status() != TaskView.Status.SUCCESS).findFirst();
    conversation.result(failed.isPresent() ? ToolResult.failed(failed.get().error() + ". " + failed.get().errorHint())
        : pictures(tasks));
  }

  private JsonObject pictures(List<TaskView> tasks) {
    JsonArrayBuilder content = JSON.createArrayBuilder();
    JsonArrayBuilder pictures = JSON.createArrayBuilder();
    StringBuilder addresses = new StringBuilder("The pictures are ready:");
    int room = MAX_PREVIEW_BYTES;
    for (TaskView task : tasks) {
      JsonObject picture = describe(task);
      pictures.add(picture);
      addresses.append('\n').append(picture.getString("png"));
      byte[] preview = preview(task.result(), room);
      if (preview.length > 0) {
        room -= preview.length;
        content.add(ToolResult.image(Base64.getEncoder().encodeToString(preview), "image/webp"));
      }
    }
    content.add(ToolResult.text(addresses.toString()));
    return ToolResult.with(content,
        JSON.createObjectBuilder().add("batch_id", batch.toString()).add("pictures", pictures).build());
  }

  private JsonObject describe(TaskView task) {
    String folder = conversation.address() + "/generated-images/";
    return JSON.createObjectBuilder()
        .add("task_id", task.taskId())
        .add("png", folder + task.result().relativePath())
        .add("preview", folder + task.result().previewRelativePath())
        .add("width", task.result().parameters().width())
        .add("height", task.result().parameters().height())
        .add("seed", task.result().parameters().seed())
        .build();
  }

  /** The preview's bytes; none when it is too large, or cannot be read. */
  private byte[] preview(TaskView.Result picture, int room) {
    try {
      Optional<StoredImage> image = RelativePath.parse(picture.previewRelativePath()).flatMap(store::find);
      return image.isEmpty() || image.get().length() > room ? new byte[0] : read(image.get());
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "The preview " + picture.previewRelativePath() + " cannot be read", e);
      return new byte[0];
    }
  }

  private static byte[] read(StoredImage image) throws IOException {
    try (InputStream in = image.open()) {
      return in.readAllBytes();
    }
  }

  @Override
  public void deleted(TaskId task) {
    conversation.result(ToolResult.failed("Task " + task + " was deleted while it was made"));
  }

  @Override
  public void tooLate() {
    conversation.result(ToolResult.failed(
        "The pictures were not made within " + Waits.LONGEST.toMinutes() + " minutes and were cancelled"));
  }

  @Override
  public void left() {
    conversation.close();
  }

  @Override
  public boolean isCancelledByLeaving() {
    return conversation.isCancelledByLeaving();
  }
}

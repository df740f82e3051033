package org.zimage.web.mcp;

import jakarta.json.bind.annotation.JsonbProperty;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.zimage.api.GenerationResult;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.api.events.TaskSnapshot;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredImage;
import org.zimage.task.TaskId;
import org.zimage.web.mcp.ToolResult.Content;
import org.zimage.web.waiting.WaitingCaller;
import org.zimage.web.waiting.Waits;

/** An assistant that waits for pictures: hears of progress, and gets previews and addresses. */
final class McpCaller implements WaitingCaller {
  private static final Logger LOG = Logger.getLogger(McpCaller.class.getName());

  /** Clients take events of a mebibyte; larger previews are left to be fetched by their addresses. */
  private static final int MAX_PREVIEW_BYTES = 500_000;

  private final RpcCall call;
  private final UUID batch;
  private final ImageStore store;
  private final Effort effort = new Effort();
  private int last = -1;

  McpCaller(RpcCall call, UUID batch, ImageStore store) {
    this.call = call;
    this.batch = batch;
    this.store = store;
  }

  @Override
  public synchronized void progressed(List<TaskSnapshot> tasks) {
    tasks.forEach(effort::note);
    if (effort.done() > last) {
      last = effort.done();
      long ready = tasks.stream().filter(task -> task != null && task.status().status() == TaskStatus.SUCCESS).count();
      call.progress(last, effort.total(tasks.size()), ready + " of " + tasks.size() + " pictures are ready");
    }
  }

  @Override
  public void ended(List<TaskSnapshot> tasks) {
    List<TaskStatusResponse> ends = tasks.stream().map(TaskSnapshot::status).toList();
    Optional<TaskStatusResponse> failed = ends.stream().filter(task -> task.status() != TaskStatus.SUCCESS).findFirst();
    call.result(failed.isPresent()
        ? ToolResult.failed(failed.get().error() + ". " + failed.get().errorHint(), call) : pictures(ends));
  }

  /** What was drawn. */
  private record Drawn(@JsonbProperty("batch_id") String batchId, List<Picture> pictures) { }

  /** The addresses of a picture and of its preview, and what it was made from. */
  private record Picture(@JsonbProperty("task_id") String taskId, String png, String preview, int width, int height, long seed) { }

  private ToolResult pictures(List<TaskStatusResponse> tasks) {
    List<Content> content = new ArrayList<>();
    List<Picture> pictures = tasks.stream().map(this::describe).toList();
    int room = MAX_PREVIEW_BYTES;
    for (TaskStatusResponse task : tasks) {
      byte[] preview = preview(task.result(), room);
      if (preview.length > 0) {
        room -= preview.length;
        content.add(Content.image(Base64.getEncoder().encodeToString(preview), "image/webp"));
      }
    }
    content.add(Content.text("The pictures are ready:\n" + pictures.stream().map(Picture::png).collect(Collectors.joining("\n"))));
    return new ToolResult(content, new Drawn(batch.toString(), pictures), false, call.resultType());
  }

  private Picture describe(TaskStatusResponse task) {
    String folder = call.address() + "/generated-images/";
    GenerationResult result = task.result();
    return new Picture(task.taskId(), folder + result.relativePath(), folder + result.previewRelativePath(), result.width(),
        result.height(), result.seed());
  }

  /** The preview's bytes; none when it is too large, or cannot be read. */
  private byte[] preview(GenerationResult picture, int room) {
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
    call.result(ToolResult.failed("Task " + task + " was deleted while it was made", call));
  }

  @Override
  public void tooLate() {
    call.result(ToolResult.failed(
        "The pictures were not made within " + Waits.LONGEST.toMinutes() + " minutes and were cancelled", call));
  }

  @Override
  public void left() {
    call.close();
  }

  @Override
  public boolean isCancelledByLeaving() {
    return call.isModern();
  }
}

package org.zimage.web.v1;

import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.zimage.history.BatchDetail;
import org.zimage.history.BatchSummary;
import org.zimage.history.History;
import org.zimage.task.JsonFields;
import org.zimage.task.UtcTime;
import org.zimage.web.access.CurrentCaller;

/** Shows and deletes batches. In these answers {@code task_id} is a batch's id, as existing clients know it. */
@Path("v1/history")
@Produces(MediaType.APPLICATION_JSON)
public class HistoryResource {
  private static final int DEFAULT_LIMIT = 20;

  private final History history;
  private final CurrentCaller caller;

  @Inject
  public HistoryResource(History history, CurrentCaller caller) {
    this.history = history;
    this.caller = caller;
  }

  /**
   * The caller's batches, newest first.
   *
   * @param limit brought into 1…50; 20 when it is left out
   * @param offset batches to skip; 0 when it is left out or negative
   */
  @GET
  public JsonArray page(@QueryParam("limit") String limit, @QueryParam("offset") String offset) {
    JsonArrayBuilder page = Json.createArrayBuilder();
    history.page(caller.get(), WholeNumber.parse("limit", limit, DEFAULT_LIMIT), WholeNumber.parse("offset", offset, 0))
        .forEach(batch -> page.add(summary(batch)));
    return page.build();
  }

  /** A batch with its pictures, in the order of their index. */
  @GET
  @Path("{batch_id}")
  public JsonObject detail(@PathParam("batch_id") String batchId) {
    BatchDetail detail = history.detail(batchId, caller.get());
    JsonArrayBuilder items = Json.createArrayBuilder();
    detail.items().forEach(item -> items.add(item(item)));
    return JsonFields.object().add("batch", summary(detail.batch())).add("items", items.build()).build();
  }

  /** Removes a batch from the history; its unfinished tasks are cancelled, picture files stay. */
  @DELETE
  @Path("{batch_id}")
  public JsonObject delete(@PathParam("batch_id") String batchId) {
    return JsonFields.object()
        .add("task_id", history.delete(batchId, caller.get()))
        .add("status", "deleted")
        .add("message", "Batch deleted from history")
        .build();
  }

  private static JsonObject summary(BatchSummary batch) {
    return JsonFields.object()
        .add("task_id", batch.batchId())
        .add("status", batch.status().name())
        .add("created_at", UtcTime.format(batch.createdAt()))
        .add("prompt", batch.prompt())
        .add("height", batch.height())
        .add("width", batch.width())
        .add("relative_path", batch.relativePath())
        .add("image_url", batch.imageUrl())
        .add("num_inference_steps", batch.numInferenceSteps())
        .add("guidance_scale", batch.guidanceScale())
        .add("seed", batch.seed())
        .add("batch_size", batch.batchSize())
        .add("success_count", batch.successCount())
        .add("failed_count", batch.failedCount())
        .add("base_seed", batch.baseSeed())
        .build();
  }

  private static JsonObject item(BatchDetail.Item item) {
    return JsonFields.object()
        .add("task_id", item.taskId())
        .add("index", item.index())
        .add("status", item.status().word())
        .add("image_url", item.imageUrl())
        .add("width", item.width())
        .add("height", item.height())
        .add("seed", item.seed())
        .add("error_code", item.errorCode())
        .add("error_hint", item.errorHint())
        .build();
  }
}

package org.zimage.api;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.List;
import org.zimage.api.lora.Loras;
import org.zimage.api.origin.PictureOrigin;
import org.zimage.api.removal.ClientRemoval;

/**
 * The routes as a JAX-RS interface, for everything that makes clients of such interfaces, as MicroProfile Rest Client
 * does. {@link org.zimage.client.ZImageClient} takes its paths from here, and does what a single call cannot:
 * waiting, repeating, batches. The interface itself has no path, so that no server takes it for a resource of its
 * own.
 */
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public interface ZImageApi {
  /** Whether the service can be used. */
  @GET
  @Path("health")
  HealthResponse health();

  /**
   * Asks for a picture.
   *
   * @param idempotencyKey the caller's own name for this request: the same one again within 24 hours leads to the
   *     first task; null for none
   */
  @POST
  @Path("v1/images/generate")
  GenerateImageResponse generate(GenerateImageRequest request, @HeaderParam("Idempotency-Key") String idempotencyKey);

  /** How far a task is. */
  @GET
  @Path("v1/tasks/{task_id}")
  TaskStatusResponse status(@PathParam("task_id") String taskId);

  /**
   * What happens to a task, as it happens: events {@code progress} with a {@link TaskStatusResponse} as data, first
   * as it is now, the last one {@code done}. The caller closes the stream.
   *
   * @param previews 1 for events {@code preview} between them, with an {@link org.zimage.api.events.PreviewEvent} as data; null for none
   * @param lastEventId the id of the last event that was heard, when connecting again; null at first
   */
  @GET
  @Path("v1/tasks/{task_id}/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  InputStream events(@PathParam("task_id") String taskId, @QueryParam("previews") Integer previews,
      @HeaderParam("Last-Event-ID") String lastEventId);

  /**
   * The picture, or the mask, that a task begins with, in the size of the task's own picture; the caller closes the stream.
   *
   * @param name {@code image} or {@code mask_image}
   */
  @GET
  @Path("v1/tasks/{task_id}/inputs/{name}")
  @Produces("image/png")
  InputStream input(@PathParam("task_id") String taskId, @PathParam("name") String name);

  /** Asks for the end of a task; asking again is harmless. */
  @POST
  @Path("v1/tasks/{task_id}/cancel")
  CancelTaskResponse cancel(@PathParam("task_id") String taskId);

  /**
   * Batches, newest first. Where there are more, the answer's header {@code Link} has the address of the next page.
   *
   * @param limit 1…50; null for 20
   * @param offset batches to skip; null for none
   * @param words that the prompt must have; null for any
   * @param from a date, or a time with its offset from UTC: made at or after; null for any
   * @param to the same, made before; a date counts until its end
   * @param status SUCCESS, FAILURE or PENDING; null for any
   * @param before the place in the history where the page begins; null for the newest batch
   */
  @GET
  @Path("v1/history")
  List<TaskSummary> history(@QueryParam("limit") Integer limit, @QueryParam("offset") Integer offset,
      @QueryParam("q") String words, @QueryParam("from") String from, @QueryParam("to") String to,
      @QueryParam("status") String status, @QueryParam("before") String before);

  /** One batch with its pictures. */
  @GET
  @Path("v1/history/{batch_id}")
  BatchDetail batch(@PathParam("batch_id") String batchId);

  /** All finished pictures of a batch as a ZIP; the caller closes the stream. */
  @GET
  @Path("v1/history/{batch_id}/pictures.zip")
  @Produces("application/zip")
  InputStream pictures(@PathParam("batch_id") String batchId);

  /**
   * Removes a batch from the history; unfinished tasks of it are cancelled.
   *
   * @param pictures whether the picture files are removed, too; null or false: they stay
   */
  @DELETE
  @Path("v1/history/{batch_id}")
  DeleteTaskResponse deleteBatch(@PathParam("batch_id") String batchId, @QueryParam("pictures") Boolean pictures);

  /** Asks for the removal of everything that a client has made until now, with the administrator's key. */
  @DELETE
  @Path("v1/clients/{client_id}/data")
  ClientRemoval removeClient(@PathParam("client_id") String clientId);

  /** The removals of a client that were asked for, the newest first, with the administrator's key. */
  @GET
  @Path("v1/clients/{client_id}/removals")
  List<ClientRemoval> clientRemovals(@PathParam("client_id") String clientId);

  /** What waits, who works, and what may be asked for. */
  @GET
  @Path("v1/system")
  SystemStatus system();

  /** The adapters that requests may name. */
  @GET
  @Path("v1/loras")
  Loras loras();

  /**
   * Uploads an adapter, with the administrator's key. The same file once more is harmless.
   *
   * @param name by which requests name it
   * @param file a safetensors file; the caller closes the stream
   */
  @POST
  @Path("v1/loras")
  @Consumes(MediaType.APPLICATION_OCTET_STREAM)
  Loras.Available uploadLora(@QueryParam("name") String name, InputStream file);

  /** Deletes an uploaded adapter, with the administrator's key; tasks that name it already are drawn with it. */
  @DELETE
  @Path("v1/loras/{name}")
  Loras.Available deleteLora(@PathParam("name") String name);

  /**
   * Who did what, with the administrator's key: an {@link org.zimage.api.audit.AuditEntry} as JSON on each line, in the order of their
   * numbers. The caller closes the stream.
   *
   * @param after the number behind which to begin; null for the beginning
   * @param limit 1…100000; null for 1000
   * @param from a date, or a time with its offset from UTC: done at or after; null for any
   * @param to the same, done before; a date counts until its end
   * @param client who did it, by the client's id; null for anybody
   * @param deed such as {@code task.submit}; null for any
   */
  @GET
  @Path("v1/audit")
  @Produces("application/x-ndjson")
  InputStream audit(@QueryParam("after") Long after, @QueryParam("limit") Integer limit, @QueryParam("from") String from,
      @QueryParam("to") String to, @QueryParam("client") String client, @QueryParam("deed") String deed);

  /**
   * Whether a picture was made here, and whether its credentials hold.
   *
   * @param picture a PNG, JPEG or WebP file; the caller closes the stream
   */
  @POST
  @Path("v1/pictures/verify")
  @Consumes(MediaType.APPLICATION_OCTET_STREAM)
  PictureOrigin verify(InputStream picture);

  /**
   * A finished picture; the caller closes the stream.
   *
   * @param folder the first part of a {@code relative_path}
   * @param file the second part
   */
  @GET
  @Path("generated-images/{folder}/{file}")
  @Produces({"image/png", "image/webp"})
  InputStream picture(@PathParam("folder") String folder, @PathParam("file") String file);
}

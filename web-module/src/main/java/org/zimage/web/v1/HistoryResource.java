package org.zimage.web.v1;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.zimage.api.BatchDetail;
import org.zimage.api.DeleteTaskResponse;
import org.zimage.api.TaskSummary;
import org.zimage.api.json.Bodies;
import org.zimage.audit.Audited;
import org.zimage.audit.Deed;
import org.zimage.error.InvalidRequest;
import org.zimage.history.History;
import org.zimage.history.HistoryCursor;
import org.zimage.history.HistoryPage;
import org.zimage.image.ImageStore;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.access.PublicAddress;
import org.zimage.web.writing.Pieces;
import org.zimage.web.writing.Texts;

/** Shows and deletes batches. In these answers {@code task_id} is a batch's id, as existing clients know it. */
@Singleton
@Path("v1/history")
@Produces(MediaType.APPLICATION_JSON)
public class HistoryResource {
  private static final int DEFAULT_LIMIT = 20;

  private final History history;
  private final ImageStore store;
  private final CurrentCaller caller;
  private final PublicAddress address;

  @Inject
  public HistoryResource(History history, ImageStore store, CurrentCaller caller, PublicAddress address) {
    this.history = history;
    this.store = store;
    this.caller = caller;
    this.address = address;
  }

  /**
   * The caller's batches, newest first: {@code limit} of them (brought into 1…50; 20 when it is left out) behind
   * {@code offset}, or behind the place {@code before}, which is in the {@code Link} header of the page before; with the words
   * {@code q} in their prompts, made {@code from} … {@code to}, of this {@code status}.
   */
  @GET
  public Response page(@BeanParam HistoryParameters parameters, @Context UriInfo uri) {
    HistoryPage page =
        history.page(caller.get(), parameters.filter(), parameters.limit(DEFAULT_LIMIT), parameters.offset());
    ResponseBuilder answer = Response.ok(page.batches().stream().map(batch -> batch.below(address.prefix())).toList());
    return (page.next() == null ? answer : answer.header(HttpHeaders.LINK, next(uri, page.next()))).build();
  }

  /** The same page, further on; without the caller's key, which may be in the address. */
  private String next(UriInfo uri, HistoryCursor cursor) {
    URI next = uri.getRequestUriBuilder().replaceQueryParam("offset").replaceQueryParam("auth_key")
        .replaceQueryParam("before", cursor.toString()).build();
    return "<" + address.prefix() + "/v1/history?" + next.getRawQuery() + ">; rel=\"next\"";
  }

  /** A {@link BatchDetail}, written while its pictures are read: it is nowhere in memory as a whole. */
  @GET
  @Path("{batch_id}")
  public Pieces detail(@PathParam("batch_id") String batchId) {
    TaskSummary batch = history.batch(batchId, caller.get());
    String prefix = address.prefix();
    String empty = Bodies.text(new BatchDetail(batch.below(prefix), List.of()));
    int end = empty.length() - "]}".length();
    return Pieces.of(new Texts<>(empty.substring(0, end), history.pictures(batch).iterator(), item -> Bodies.text(item.below(prefix)), ",",
        empty.substring(end)));
  }

  /** All pictures of a batch in one file. */
  @GET
  @Path("{batch_id}/pictures.zip")
  @Produces("application/zip")
  public Response pictures(@PathParam("batch_id") String batchId) {
    PicturesArchive archive = new PicturesArchive(history.finishedPictures(batchId, caller.get()), store);
    if (archive.isEmpty()) {
      throw new NotFoundException();
    }
    return Response.ok(archive)
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"z-image-" + batchId.toLowerCase(Locale.ROOT) + ".zip\"")
        .build();
  }

  /** Removes a batch from the history; its unfinished tasks are cancelled. Picture files stay, unless {@code pictures} is true. */
  @DELETE
  @Audited(value = Deed.BATCH_DELETE, object = "batch_id")
  @Path("{batch_id}")
  public DeleteTaskResponse delete(@PathParam("batch_id") String batchId, @QueryParam("pictures") String pictures) {
    boolean withPictures = truth("pictures", pictures);
    return new DeleteTaskResponse(history.delete(batchId, caller.get(), withPictures), "deleted",
        withPictures ? "Batch deleted from history, with its pictures" : "Batch deleted from history");
  }

  private static boolean truth(String name, String text) {
    return switch (text == null ? "false" : text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new InvalidRequest(List.of(HistoryParameters.problem("bool_parsing", name,
          "Input should be a valid boolean, unable to interpret input", text)));
    };
  }
}

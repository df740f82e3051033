package org.zimage.web.v1;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.access.PublicAddress;
import org.zimage.web.events.EventStreams;
import org.zimage.web.writing.LongAnswer;

/** Tells what happens to a task as it happens. */
@Path("v1/tasks/{task_id}/events")
public class EventsResource {
  private final EventStreams streams;
  private final CurrentCaller caller;
  private final PublicAddress address;

  @Inject
  public EventsResource(EventStreams streams, CurrentCaller caller, PublicAddress address) {
    this.streams = streams;
    this.caller = caller;
    this.address = address;
  }

  /**
   * Server-Sent Events: {@code progress} with the task's status, first as it is now, then at every change; last {@code
   * done}.
   *
   * @param previews {@code 1} or {@code true}: between them {@code preview}, with how the picture looks after each step
   * @param lastEventId what a browser heard last, when it connects again: after the end it is told to stop
   */
  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void events(@PathParam("task_id") String id, @QueryParam("previews") String previews, @HeaderParam("Last-Event-ID") String lastEventId,
      @Context HttpServletRequest connection, @Suspended AsyncResponse response) {
    if (EventStreams.isOver(lastEventId)) {
      throw new WebApplicationException(Response.Status.NO_CONTENT);
    }
    response.resume(Response.ok(streams.open(id, caller.get(), address.prefix(),
        isYes(previews), LongAnswer.of(connection)),
        MediaType.SERVER_SENT_EVENTS_TYPE).build());
  }

  private static boolean isYes(String parameter) {
    return "1".equals(parameter) || "true".equalsIgnoreCase(parameter);
  }
}

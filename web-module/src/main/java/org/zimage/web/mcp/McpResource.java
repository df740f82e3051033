package org.zimage.web.mcp;

import jakarta.inject.Inject;
import jakarta.json.JsonValue;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import org.zimage.audit.Audited;
import org.zimage.audit.Deed;
import org.zimage.audit.Door;
import org.zimage.caller.Caller;
import org.zimage.caller.RequestRate;
import org.zimage.input.PictureFields;
import org.zimage.input.Uploads;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.access.Origins;
import org.zimage.web.access.OtherSites;
import org.zimage.web.access.PublicAddress;
import org.zimage.web.content.JsonBody;
import org.zimage.web.error.ErrorMapper;
import org.zimage.web.writing.AnswerWriters;
import org.zimage.web.writing.LongAnswer;

/**
 * The one address of the protocol's transport "streamable HTTP". Every request is answered by a short stream of events:
 * news of progress, where they are wanted, and the answer.
 */
@Path("mcp")
public class McpResource {
  /** Where the arguments of a tool stand: request, params, arguments. */
  private static final int ARGUMENTS = 3;

  private final Protocol protocol;
  private final Drawing drawing;
  private final AnswerWriters writers;
  private final CurrentCaller current;
  private final OtherSites otherSites;
  private final PublicAddress address;
  private final RequestRate rate;
  private final Origins origins;

  @Inject
  public McpResource(Protocol protocol, Drawing drawing, AnswerWriters writers, CurrentCaller current, OtherSites otherSites,
      PublicAddress address, RequestRate rate, Origins origins) {
    this.protocol = protocol;
    this.drawing = drawing;
    this.writers = writers;
    this.current = current;
    this.otherSites = otherSites;
    this.address = address;
    this.rate = rate;
    this.origins = origins;
  }

  /**
   * Takes a request or a notification, or several in a batch.
   *
   * @param session a name that {@code initialize} gave the caller, which is known nowhere but makes its requests' ids
   *     unique
   */
  @POST
  @Audited(value = Deed.MCP_CALL, door = Door.MCP)
  @JsonBody
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void post(InputStream content, @HeaderParam(RpcCall.SESSION) String session,
      @HeaderParam("MCP-Protocol-Version") String version, @Context HttpServletRequest connection,
      @Suspended AsyncResponse response) throws IOException {
    // The protocol wants it with keys, too
    otherSites.refusePages(connection);
    try (Uploads uploads = new Uploads()) {
      Protocol.check(version);
      RpcBody body = RpcBody.of(PictureFields.read(content, ARGUMENTS, uploads), version);
      countAllButTheFirst(body, connection);
      take(body, uploads, session, version, connection, response);
    } catch (RpcError error) {
      response.resume(Response.status(Response.Status.BAD_REQUEST).type(MediaType.APPLICATION_JSON_TYPE)
          .entity(error.answer(JsonValue.NULL)).build());
    }
  }

  /** The one that the POST itself was counted for. Each of them may draw. */
  private void countAllButTheFirst(RpcBody body, HttpServletRequest connection) {
    body.messages().stream().skip(1).forEach(message -> rate.count(current.get(), () -> origins.of(connection).address()));
  }

  private void take(RpcBody body, Uploads uploads, String session, String version, HttpServletRequest connection,
      AsyncResponse response) {
    Caller caller = current.get();
    body.notifications().forEach(message -> drawing.notified(message, caller, session));
    if (body.answers() == 0) {
      response.resume(Response.accepted().build());
      return;
    }
    Exchange exchange = new Exchange(body, LongAnswer.of(connection), writers);
    for (RpcMessage request : body.requests()) {
      RpcCall call = new RpcCall(request, uploads, caller, session, version, address, exchange);
      if (body.isBatch()) {
        takeOfBatch(call, connection);
      } else {
        take(call, connection);
      }
    }
    response.resume(head(body).entity(exchange.entity()).build());
  }

  private static ResponseBuilder head(RpcBody body) {
    ResponseBuilder head = Response.ok().type(MediaType.SERVER_SENT_EVENTS_TYPE);
    boolean begins = !body.isBatch() && body.messages().get(0).isInitialize();
    return begins ? head.header(RpcCall.SESSION, UUID.randomUUID().toString()) : head;
  }

  /** A failure answers its own request only: if all were sent again, the pictures of the others would be drawn twice. */
  private void takeOfBatch(RpcCall call, HttpServletRequest connection) {
    if (call.request().isInitialize()) {
      call.error(new RpcError(RpcError.INVALID_REQUEST, "initialize is no part of a batch: send it alone"));
      return;
    }
    try {
      take(call, connection);
    } catch (RuntimeException failure) {
      ErrorMapper.log("A request of a batch at /mcp failed", failure);
      drawing.noteFailure(call);
      call.error(new RpcError(RpcError.INTERNAL_ERROR, "Internal error: send this request again later"));
    }
  }

  private void take(RpcCall call, HttpServletRequest connection) {
    if (drawing.isMeant(call.request())) {
      drawing.begin(call, connection);
    } else {
      answer(call);
    }
  }

  private void answer(RpcCall call) {
    try {
      call.result(protocol.answer(call));
    } catch (RpcError error) {
      call.error(error);
    }
  }
}

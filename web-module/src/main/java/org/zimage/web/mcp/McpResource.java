package org.zimage.web.mcp;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.UUID;
import org.zimage.caller.Caller;
import org.zimage.web.access.CurrentCaller;
import org.zimage.web.access.PublicAddress;
import org.zimage.web.v1.GenerationRequestReader;

/**
 * The one address of the protocol's transport "streamable HTTP". Every request is answered by a short stream of events:
 * news of progress, where they are wanted, and the answer.
 */
@Path("mcp")
public class McpResource {
  private final Protocol protocol;
  private final Drawing drawing;
  private final CurrentCaller current;

  @Inject
  public McpResource(Protocol protocol, Drawing drawing, CurrentCaller current) {
    this.protocol = protocol;
    this.drawing = drawing;
    this.current = current;
  }

  /**
   * Takes a request or a notification.
   *
   * @param session a name that {@code initialize} gave the caller, which is known nowhere but makes its requests' ids
   *     unique
   * @param origin of the page that sends it, where a browser does: pages of other hosts are refused
   */
  @POST
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void post(InputStream body, @HeaderParam(Conversation.SESSION) String session,
      @HeaderParam("MCP-Protocol-Version") String version, @HeaderParam("Origin") String origin, @Context UriInfo uri,
      @Context HttpServletRequest connection, @Context HttpServletResponse response, @Context SseEventSink sink,
      @Context Sse sse) throws IOException {
    String address = PublicAddress.of(connection, uri);
    refuseOtherHosts(origin, address);
    RpcMessage message = RpcMessage.parse(GenerationRequestReader.text(body));
    Caller caller = current.get();
    if (message.isNotification()) {
      drawing.notified(message, caller, session);
      throw new WebApplicationException(Response.accepted().build());
    }
    if (message.method().equals("initialize")) {
      response.setHeader(Conversation.SESSION, UUID.randomUUID().toString());
    }
    Conversation conversation = new Conversation(message, caller, session, version, address, sink, sse);
    if (drawing.isMeant(message)) {
      drawing.begin(conversation, connection);
    } else {
      answer(conversation);
    }
  }

  private void answer(Conversation conversation) {
    try {
      conversation.result(protocol.answer(conversation));
    } catch (RpcError error) {
      conversation.error(error);
    }
  }

  private static void refuseOtherHosts(String origin, String address) {
    if (origin != null && !URI.create(address).getAuthority().equals(authority(origin))) {
      throw new ForbiddenException();
    }
  }

  private static String authority(String origin) {
    try {
      return URI.create(origin).getAuthority();
    } catch (IllegalArgumentException e) {
      // The same answer as for another host
      return null;
    }
  }
}

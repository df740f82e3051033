package org.zimage.web.mcp;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.zimage.caller.Caller;
import org.zimage.input.Uploads;
import org.zimage.web.access.PublicAddress;

/**
 * One request and its answer. Thread-safe.
 *
 * @param uploads the pictures that came with it, while it is being taken; null afterwards
 * @param session null for a caller without one
 * @param isModern whether hanging up is how this caller cancels; older ones send a notification
 * @param address under which the caller reaches this server
 * @param prefix what of it stands before the path of a route
 */
record RpcCall(RpcMessage request, Uploads uploads, Caller caller, String session, boolean isModern, String address, String prefix,
    Exchange exchange) {
  static final String SESSION = "Mcp-Session-Id";

  /** From this version on there is no handshake, results say that they are complete, and hanging up cancels. */
  static final String WITHOUT_HANDSHAKE = "2026-07-28";

  /** Made by the thread of the request, whose address is known there only. */
  RpcCall(RpcMessage request, Uploads uploads, Caller caller, String session, String version, PublicAddress address,
      Exchange exchange) {
    this(request, uploads, caller, session, WITHOUT_HANDSHAKE.equals(version), address.withoutPath(), address.prefix(), exchange);
  }

  /** The batch of this request: found again by the request's id, wherever a wish to cancel it arrives. */
  UUID batch() {
    return session == null ? UUID.randomUUID() : batch(caller, session, request.id().toString());
  }

  static UUID batch(Caller caller, String session, String requestId) {
    String name = String.join("\n", "mcp", String.valueOf(caller.clientId()), session, requestId);
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  /** What is left to know of it while its pictures are made. */
  RpcCall whileItWaits() {
    return new RpcCall(request.withoutArguments(), null, caller, session, isModern, address, prefix, exchange);
  }

  /** Tells of progress, where the caller wants to hear of it. */
  void progress(double progress, double total, String message) {
    if (request.progressToken() != null) {
      exchange.progress(new ProgressNotification(
          new ProgressNotification.Params(request.progressToken(), progress, total, message)));
    }
  }

  /** What results say of themselves; null for callers who do not know that. */
  String resultType() {
    return isModern ? "complete" : null;
  }

  void result(Result result) {
    exchange.answer(new RpcAnswer(request.id(), result));
  }

  void error(RpcError error) {
    exchange.answer(error.answer(request.id()));
  }

  void close() {
    exchange.close();
  }
}

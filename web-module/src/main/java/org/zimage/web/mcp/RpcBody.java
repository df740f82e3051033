package org.zimage.web.mcp;

import jakarta.json.JsonArray;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.zimage.error.InvalidRequest;
import org.zimage.json.Excerpt;

/**
 * What one POST brings: a message, or a batch of them.
 *
 * @param messages those that can be read
 * @param broken the answers to the others of a batch
 */
record RpcBody(boolean isBatch, List<RpcMessage> messages, List<RpcAnswer> broken) {
  /** The only version with batches, which is also meant where none is named. */
  static final String BATCHES = "2025-03-26";

  /** Each message may draw pictures. */
  static final int MOST_MESSAGES = 16;

  /**
   * Reads what was sent.
   *
   * @param version of the protocol; null when the caller names none
   * @throws InvalidRequest when it is no message
   * @throws RpcError when it is a batch that cannot be taken as a whole
   */
  static RpcBody of(JsonValue value, String version) {
    return value instanceof JsonArray batch ? batch(batch, version)
        : new RpcBody(false, List.of(RpcMessage.of(value)), List.of());
  }

  private static RpcBody batch(JsonArray batch, String version) {
    if (version != null && !version.equals(BATCHES)) {
      throw new RpcError(RpcError.INVALID_REQUEST,
          "Batches are part of version " + BATCHES + " only: send each message alone");
    }
    if (batch.isEmpty() || batch.size() > MOST_MESSAGES) {
      throw new RpcError(RpcError.INVALID_REQUEST,
          "A batch has 1 to " + MOST_MESSAGES + " messages (got " + batch.size() + ")");
    }
    List<RpcMessage> messages = new ArrayList<>();
    List<RpcAnswer> broken = new ArrayList<>();
    for (JsonValue element : batch) {
      try {
        messages.add(RpcMessage.of(element));
      } catch (InvalidRequest e) {
        broken.add(new RpcError(RpcError.INVALID_REQUEST, "Invalid Request").answer(JsonValue.NULL));
      }
    }
    RpcBody body = new RpcBody(true, messages, broken);
    body.checkIds();
    return body;
  }

  /** The pictures of a request are found by its id: a wish to cancel one would cancel both. */
  private void checkIds() {
    Set<String> ids = new HashSet<>();
    for (RpcMessage request : requests()) {
      String id = request.id().toString();
      if (!ids.add(id)) {
        throw new RpcError(RpcError.INVALID_REQUEST,
            "Each request of a batch has an id of its own (got " + Excerpt.of(id) + " twice)");
      }
    }
  }

  List<RpcMessage> requests() {
    return messages.stream().filter(message -> !message.isNotification()).toList();
  }

  List<RpcMessage> notifications() {
    return messages.stream().filter(RpcMessage::isNotification).toList();
  }

  /** How many answers the caller gets. */
  int answers() {
    return requests().size() + broken.size();
  }
}

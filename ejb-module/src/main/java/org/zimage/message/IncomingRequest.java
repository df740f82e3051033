package org.zimage.message;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.zimage.json.Excerpt;
import org.zimage.request.JsonText;

/**
 * A request as a message brings it.
 *
 * @param body JSON in UTF-8, not yet looked at
 * @param authKey the caller's key; null for none
 * @param idempotencyKey the caller's own name for the request, otherwise one that stands for this message; null for a
 *     message without an id
 * @param name the same whenever this message is delivered: a hash of its id, where it has one, and its body
 */
record IncomingRequest(byte[] body, String authKey, String idempotencyKey, String name) {
  static final String AUTH_KEY = "auth_key";
  static final String IDEMPOTENCY_KEY = "idempotency_key";
  static final String VERSION = "version";

  private static final String KNOWN_VERSION = "1";

  /**
   * Reads text, or bytes that are text, as clients of other protocols send it; objects are never deserialised.
   *
   * @throws UnreadableMessage for other kinds and versions of messages, and for more than 1 MiB
   */
  static IncomingRequest read(Message message) throws JMSException {
    String version = message.getStringProperty(VERSION);
    if (version != null && !version.equals(KNOWN_VERSION)) {
      throw new UnreadableMessage(UnreadableMessage.UNSUPPORTED,
          "Version " + Excerpt.of(version) + " of requests is not known, only " + KNOWN_VERSION);
    }
    byte[] body = body(message);
    String id = ReturnAddress.messageId(message);
    String name = name(id, body);
    String idempotencyKey = message.getStringProperty(IDEMPOTENCY_KEY);
    if (idempotencyKey == null && id != null) {
      idempotencyKey = "message " + name;
    }
    return new IncomingRequest(body, message.getStringProperty(AUTH_KEY), idempotencyKey, name);
  }

  private static byte[] body(Message message) throws JMSException {
    if (message instanceof TextMessage text) {
      String characters = text.getText() == null ? "" : text.getText();
      requireSize(characters.length()); // each is a byte at least
      byte[] bytes = characters.getBytes(StandardCharsets.UTF_8);
      requireSize(bytes.length);
      return bytes;
    }
    if (message instanceof BytesMessage binary) {
      requireSize(binary.getBodyLength());
      byte[] bytes = new byte[(int) binary.getBodyLength()];
      binary.reset(); // read before, if the database was away
      binary.readBytes(bytes);
      return bytes;
    }
    throw new UnreadableMessage(UnreadableMessage.UNSUPPORTED, "A request is a text message with JSON");
  }

  private static void requireSize(long bytes) {
    if (bytes > JsonText.MAX_BYTES) {
      throw new UnreadableMessage(UnreadableMessage.TOO_LARGE,
          "A request has at most " + JsonText.MAX_BYTES + " bytes (got " + bytes + ")");
    }
  }

  /** With the body's hash, because some programs number their messages from 1 after every start. */
  private static String name(String id, byte[] body) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      if (id != null) {
        sha256.update(id.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(sha256.digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** Without the key, so that it cannot reach a log. */
  @Override
  public String toString() {
    return "IncomingRequest[" + body.length + " bytes]";
  }
}

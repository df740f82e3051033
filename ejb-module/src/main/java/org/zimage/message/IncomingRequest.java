package org.zimage.message;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import org.zimage.input.Spool;
import org.zimage.json.Excerpt;
import org.zimage.request.Sha256;

/**
 * A request as a message brings it.
 *
 * @param body JSON in UTF-8, not yet looked at; closed with the request
 * @param authKey the caller's key; null for none
 * @param idempotencyKey the caller's own name for the request, otherwise one that stands for this message; null for a
 *     message without an id
 * @param name the same whenever this message is delivered: a hash of its id, where it has one, and its body
 */
record IncomingRequest(Spool body, String authKey, String idempotencyKey, String name) implements AutoCloseable {
  static final String AUTH_KEY = "auth_key";
  static final String IDEMPOTENCY_KEY = "idempotency_key";
  static final String VERSION = "version";

  private static final String KNOWN_VERSION = "1";

  /** Of a long text JMS has left the characters unread: org.zimage.listener.UnreadBodies. */
  private static final String UNREAD_TEXT = "zimage_unread_text";
  private static final int CHUNK_BYTES = 8192;

  /**
   * Reads text, or bytes that are text, as clients of other protocols send it; objects are never deserialised.
   *
   * @param most bytes of a request with its pictures
   * @throws UnreadableMessage for other kinds and versions of messages, and for more bytes than that
   */
  static IncomingRequest read(Message message, long most) throws JMSException {
    String version = message.getStringProperty(VERSION);
    if (version != null && !version.equals(KNOWN_VERSION)) {
      throw new UnreadableMessage(UnreadableMessage.UNSUPPORTED,
          "Version " + Excerpt.of(version) + " of requests is not known, only " + KNOWN_VERSION);
    }
    Spool body = new Spool();
    try {
      String id = ReturnAddress.messageId(message);
      String name = copy(message, id, most, body);
      String idempotencyKey = message.getStringProperty(IDEMPOTENCY_KEY);
      if (idempotencyKey == null && id != null) {
        idempotencyKey = "message " + name;
      }
      return new IncomingRequest(body, message.getStringProperty(AUTH_KEY), idempotencyKey, name);
    } catch (IOException noRoom) {
      close(body);
      throw new UncheckedIOException("A request could not be kept while it was read", noRoom);
    } catch (JMSException | RuntimeException unreadable) {
      close(body);
      throw unreadable;
    }
  }

  /**
   * Copies the body.
   *
   * @return the name of the request: with the body's hash, because some programs number their messages from 1 after every start
   */
  private static String copy(Message message, String id, long most, Spool body) throws JMSException, IOException {
    MessageDigest hash = Sha256.begin();
    if (id != null) {
      hash.update(id.getBytes(StandardCharsets.UTF_8));
    }
    OutputStream out = new DigestOutputStream(body, hash);
    if (message instanceof TextMessage text) {
      String characters = text.getText() == null ? "" : text.getText();
      requireSize(characters.length(), most); // each is a byte at least
      byte[] bytes = characters.getBytes(StandardCharsets.UTF_8);
      requireSize(bytes.length, most);
      out.write(bytes);
    } else if (message instanceof BytesMessage binary) {
      copy(binary, most, out);
    } else {
      throw new UnreadableMessage(UnreadableMessage.UNSUPPORTED, "A request is a text message with JSON");
    }
    return Sha256.hex(hash.digest());
  }

  private static void copy(BytesMessage message, long most, OutputStream out) throws JMSException, IOException {
    requireSize(message.getBodyLength(), most);
    if (message.propertyExists(UNREAD_TEXT)) {
      throw new UnreadableMessage(UnreadableMessage.TOO_LARGE,
          "A text of so many characters is not read (got " + message.getBodyLength() + " bytes): send it as a message of bytes");
    }
    message.reset(); // read before, if the database was away
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int read = message.readBytes(chunk); read > 0; read = message.readBytes(chunk)) {
      out.write(chunk, 0, read);
    }
  }

  private static void requireSize(long bytes, long most) {
    if (bytes > most) {
      throw new UnreadableMessage(UnreadableMessage.TOO_LARGE, "A request has at most " + most + " bytes (got " + bytes + ")");
    }
  }

  private static void close(Spool body) {
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException("A temporary file could not be closed", e);
    }
  }

  @Override
  public void close() {
    close(body);
  }

  /** Without the key, so that it cannot reach a log. */
  @Override
  public String toString() {
    return "IncomingRequest[" + body.size() + " bytes]";
  }
}

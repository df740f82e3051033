package org.zimage.web.writing;

import java.nio.charset.StandardCharsets;

/** An event of an event stream (HTML Standard, section 9.2) as the bytes that are sent. */
public final class ServerSentEvent {
  /** Says nothing, and keeps the connection open. */
  public static final byte[] SILENCE = bytes(":\n\n");

  private ServerSentEvent() { }

  /** An event without a name. */
  public static byte[] of(String json) {
    return bytes("data: " + json + "\n\n");
  }

  /**
   * An event with a name and an id.
   *
   * @param json in one line
   * @param reconnectMillis after how long a browser shall connect again; null to leave that to it
   */
  public static byte[] of(String name, String id, Integer reconnectMillis, String json) {
    String retry = reconnectMillis == null ? "" : "retry: " + reconnectMillis + "\n";
    return bytes("event: " + name + "\nid: " + id + "\n" + retry + "data: " + json + "\n\n");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

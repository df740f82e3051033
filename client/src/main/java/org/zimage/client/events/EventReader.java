package org.zimage.client.events;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/**
 * Reads Server-Sent Events (HTML Standard, section 9.2.6). The reader of JAX-RS cannot be stopped while it waits, and hides why a
 * stream ended. Used by one thread; the caller closes the stream.
 */
final class EventReader {
  /**
   * An event.
   *
   * @param id the last id that the stream has named; null before the first
   */
  record Event(String name, String id, String data) { }

  private final BufferedReader lines;
  private String id;

  EventReader(InputStream stream) {
    this.lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }

  /** The next event that has data; null at the end of the stream. */
  Event next() throws IOException {
    String name = "message";
    StringJoiner data = null;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        if (data != null) {
          return new Event(name, id, data.toString());
        }
        name = "message";
        continue;
      }
      String value = value(line);
      switch (line.substring(0, line.contains(":") ? line.indexOf(':') : line.length())) {
        case "event" -> name = value;
        case "id" -> id = value;
        case "data" -> data = (data == null ? new StringJoiner("\n") : data).add(value);
        default -> { } // comments, and the pause before the next connection, which the caller chooses
      }
    }
    return null;
  }

  private static String value(String line) {
    int colon = line.indexOf(':');
    return colon < 0 ? "" : line.substring(line.startsWith(" ", colon + 1) ? colon + 2 : colon + 1);
  }
}

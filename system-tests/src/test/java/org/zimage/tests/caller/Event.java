package org.zimage.tests.caller;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

/**
 * A Server-Sent Event, read as browsers read it.
 *
 * @param id null where it has none
 */
public record Event(String name, String id, String data) {

  /** The events of a whole stream; comments are left out. */
  static List<Event> parse(String stream) {
    List<Event> events = new ArrayList<>();
    for (String block : stream.split("\n\n")) {
      String name = field(block, "event: ");
      if (name != null) {
        events.add(new Event(name, field(block, "id: "), field(block, "data: ")));
      }
    }
    return events;
  }

  public JsonObject json() {
    try (JsonReader reader = Json.createReader(new StringReader(data))) {
      return reader.readObject();
    }
  }

  private static String field(String block, String prefix) {
    return block.lines().filter(line -> line.startsWith(prefix)).findFirst()
        .map(line -> line.substring(prefix.length())).orElse(null);
  }
}

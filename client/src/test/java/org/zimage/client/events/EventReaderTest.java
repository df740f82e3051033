package org.zimage.client.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zimage.client.events.EventReader.Event;

class EventReaderTest {
  @Test
  void eventsAreReadInTheirOrder() throws IOException {
    assertThat(events("event: progress\ndata: {\"a\":1}\n\nevent: done\nid: done\ndata: {}\n\n"))
        .containsExactly(new Event("progress", null, "{\"a\":1}"), new Event("done", "done", "{}"));
  }

  @Test
  void commentsAndTimesAreNoEvents() throws IOException {
    assertThat(events(": \n\nretry: 2000\n\nevent: progress\ndata: 1\n\n"))
        .containsExactly(new Event("progress", null, "1"));
  }

  @Test
  void dataMayHaveSeveralLinesAndNoSpace() throws IOException {
    assertThat(events("data:a\ndata: b\ndata\r\n\r\n")).containsExactly(new Event("message", null, "a\nb\n"));
  }

  @Test
  void anIdCountsForTheEventsAfterIt() throws IOException {
    assertThat(events("id: 1\ndata: a\n\ndata: ü\n\n")).containsExactly(new Event("message", "1", "a"),
        new Event("message", "1", "ü"));
  }

  @Test
  void anEventThatBreaksOffIsNone() throws IOException {
    assertThat(events("data: a\n\nevent: progress\ndata: b\n")).containsExactly(new Event("message", null, "a"));
  }

  private static List<Event> events(String stream) throws IOException {
    EventReader reader = new EventReader(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)));
    List<Event> events = new ArrayList<>();
    for (Event event = reader.next(); event != null; event = reader.next()) {
      events.add(event);
    }
    return events;
  }
}

package org.zimage.web.writing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The form of HTML Standard, section 9.2.6: fields in lines, and an empty line after each event. */
class ServerSentEventTest {
  @Test
  void anEventHasItsNameItsIdAndItsDataInOneLineEach() {
    assertThat(ServerSentEvent.of("progress", "1", null, "{\"progress\":44}"))
        .asString(UTF_8).isEqualTo("event: progress\nid: 1\ndata: {\"progress\":44}\n\n");
  }

  @Test
  void theFirstSaysWhenToConnectAgain() {
    assertThat(ServerSentEvent.of("progress", "1", 2_000, "{}"))
        .asString(UTF_8).isEqualTo("event: progress\nid: 1\nretry: 2000\ndata: {}\n\n");
  }

  @Test
  void anEventWithoutANameIsItsData() {
    assertThat(ServerSentEvent.of("{\"prompt\":\"山\"}")).asString(UTF_8).isEqualTo("data: {\"prompt\":\"山\"}\n\n");
  }

  @Test
  void silenceIsAComment() {
    assertThat(ServerSentEvent.SILENCE).asString(UTF_8).isEqualTo(":\n\n");
  }
}

package org.zimage.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.zimage.task.JsonLibrary.JSON;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.zimage.task.Problem;

/** Addresses of webhooks: each can be called, or is refused. */
class WebhookAddressFuzzTest {
  @FuzzTest
  void address(byte[] text) throws IOException {
    List<Problem> problems = new ArrayList<>();
    Webhook webhook = WebhookReader.read(JSON.createObjectBuilder()
        .add("webhook_url", new String(text, StandardCharsets.UTF_8)).build(), problems);
    if (webhook == null) {
      assertThat(problems).isNotEmpty();
      return;
    }
    assertThat(new WebhookCall(webhook.url(), InetAddress.getLoopbackAddress(), null, Duration.ZERO, null).head(Map.of(), 0))
        .startsWith("POST /").hasSizeLessThan(3_000).doesNotContain(" \r", "\n\n")
        .matches("(?s)POST [!-~]+ HTTP/1\\.1\r\nHost: [!-~]+\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }
}

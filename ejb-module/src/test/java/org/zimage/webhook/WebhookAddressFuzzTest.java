package org.zimage.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.zimage.json.JsonLibrary.JSON;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.zimage.error.InvalidRequest;
import org.zimage.request.RequestReader;

/** Addresses of webhooks: each can be called, or is refused. */
class WebhookAddressFuzzTest {
  @FuzzTest
  void address(byte[] text) throws IOException {
    RequestReader fields = new RequestReader(JSON.createObjectBuilder()
        .add("webhook_url", new String(text, StandardCharsets.UTF_8)).build());
    Webhook webhook = WebhookReader.read(fields);
    if (webhook == null) {
      assertThatThrownBy(fields::throwProblems).isInstanceOf(InvalidRequest.class);
      return;
    }
    assertThat(new WebhookCall(webhook.url(), InetAddress.getLoopbackAddress(), null, Duration.ZERO, null).head(Map.of(), 0))
        .startsWith("POST /").hasSizeLessThan(3_000).doesNotContain(" \r", "\n\n")
        .matches("(?s)POST [!-~]+ HTTP/1\\.1\r\nHost: [!-~]+\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }
}

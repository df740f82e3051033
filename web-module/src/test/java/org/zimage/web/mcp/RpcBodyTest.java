package org.zimage.web.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.error.InvalidRequest;
import org.zimage.request.JsonText;

class RpcBodyTest {
  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
  private static final String NOTE = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = "2025-03-26")
  void aBatchIsTakenInTheVersionThatHasBatches(String version) {
    RpcBody body = parse("[" + PING + "," + NOTE + ",3]", version);

    assertThat(body.requests()).extracting(RpcMessage::method).containsExactly("ping");
    assertThat(body.notifications()).extracting(RpcMessage::method).containsExactly("notifications/initialized");
    assertThat(body.broken()).hasSize(1);
    assertThat(body.answers()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2025-06-18", "2025-11-25", "2026-07-28"})
  void aBatchIsRefusedInLaterVersions(String version) {
    assertThatThrownBy(() -> parse("[" + PING + "]", version)).isInstanceOf(RpcError.class)
        .hasMessageContaining("2025-03-26");
  }

  @Test
  void aBatchHasABound() {
    String many = "[" + (PING + ",").repeat(RpcBody.MOST_MESSAGES) + PING + "]";

    assertThatThrownBy(() -> parse(many, null)).isInstanceOf(RpcError.class).hasMessageContaining("(got 17)");
    assertThatThrownBy(() -> parse("[]", null)).isInstanceOf(RpcError.class).hasMessageContaining("(got 0)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"a\"", "\"\\u0061\""})
  void aBatchHasAnIdOfItsOwnForEachRequest(String id) {
    String twice = "[" + PING.replace(":1,", ":" + id + ",") + "," + PING.replace(":1,", ":\"a\",") + "," + PING + "]";

    assertThatThrownBy(() -> parse(twice, null)).isInstanceOf(RpcError.class).hasMessageContaining("id of its own");
  }

  @Test
  void aNumberAndATextAreTwoIds() {
    RpcBody body = parse("[" + PING + "," + PING.replace(":1,", ":\"1\",") + "," + NOTE + "," + NOTE + "]", null);

    assertThat(body.requests()).hasSize(2);
    assertThat(body.notifications()).hasSize(2);
  }

  /** Written as UTF-8, both would be the same. */
  @ParameterizedTest
  @ValueSource(strings = {"\\ud800", "\\udc00"})
  void halfACharacterIsNoId(String half) {
    assertThatThrownBy(() -> parse(PING.replace(":1,", ":\"" + half + "\","), null)).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void whatIsNoMessageIsRefused() {
    assertThatThrownBy(() -> parse("3", null)).isInstanceOf(InvalidRequest.class);
  }

  private static RpcBody parse(String json, String version) {
    return RpcBody.of(JsonText.parse(json), version);
  }
}

package org.zimage.tests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers who leave before they have read their answer. */
@ExtendWith(SharedSystem.class)
class LostConnectionsIT {
  private static final int CALLERS = 100;
  private static final int MOST_BYTES = 5_000;

  private final RunningSystem system;
  private final Api api;

  LostConnectionsIT(RunningSystem system, Api api) {
    this.system = system;
    this.api = api;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi", "/metrics", "/ui/api.js", "/v1/history"})
  void whoLeavesBeforeTheAnswerIsReadLeavesNothingInTheLog(String path) throws IOException {
    Path log = system.folder("logs/payara.log");
    long before = Files.size(log);
    for (int i = 0; i < CALLERS; i++) {
      askAndLeave(path);
    }
    assertThat(api.get(path).status()).isLessThan(500);

    assertThat(Files.size(log) - before).isLessThan(MOST_BYTES);
  }

  private void askAndLeave(String path) throws IOException {
    URI server = URI.create(api.url());
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoLinger(true, 0); // closed with a reset
      socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\nX-Auth-Key: "
          + api.key() + "\r\n\r\n").getBytes(ISO_8859_1));
    }
  }
}

package org.zimage.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListeningPortsTest {
  @TempDir
  private Path home;

  @Test
  void aPortThatSomebodyListensOnIsNamedWithTheVariableThatChangesIt() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Finding http = findings(other.getLocalPort()).get(0);

      assertThat(http.isWell()).isFalse();
      assertThat(http.found()).startsWith(other.getLocalPort() + " on 127.0.0.1 cannot be listened on");
      assertThat(http.remedy()).contains("ZIMAGE_PORT");
    }
  }

  @Test
  void aPortOfTheSystemThatRunsHereIsWell() throws IOException {
    try (ServerSocket own = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.createDirectories(home.resolve("run"));
      Files.writeString(home.resolve("run/state.json"), "{\"url\":\"http://127.0.0.1:" + own.getLocalPort() + "\",\"launcher\":1}");

      assertThat(findings(own.getLocalPort()).get(0).isWell()).isTrue();
    }
  }

  @Test
  void aPortThatIsNoneIsWrongAndAnyFreeOneIsWell() {
    assertThat(new ListeningPorts(Map.of("ZIMAGE_PORT", "eighty", "ZIMAGE_ARTEMIS_PORT", "0"), home).findings())
        .extracting(Finding::isWell).containsExactly(false, true);
  }

  private List<Finding> findings(int port) {
    return new ListeningPorts(Map.of("ZIMAGE_PORT", Integer.toString(port), "ZIMAGE_ARTEMIS_PORT", "0"), home).findings();
  }
}

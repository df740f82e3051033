package org.zimage.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void saysWhichVariableChoosesAnotherPortWhenOneIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> Ports.free("127.0.0.1", taken.getLocalPort(), "ZIMAGE_PORT", "HTTP"))
          .isInstanceOf(LauncherException.class)
          .hasMessageContaining("Port " + taken.getLocalPort() + " on 127.0.0.1 cannot be used for HTTP")
          .hasMessageContaining("ZIMAGE_PORT=" + (taken.getLocalPort() + 1));
    }
  }

  @Test
  void findsAFreePortForZero() {
    assertThat(Ports.free("127.0.0.1", 0, "ZIMAGE_PORT", "HTTP")).isPositive();
  }
}

package org.zimage.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {"nosuch.invalid", "127.0.0.1:80", "192.0.2.1"})
  void saysThatTheAddressIsNotThisMachines(String host) {
    assertThatThrownBy(() -> Ports.free(host, 0, "ZIMAGE_PORT", "HTTP")).isInstanceOf(LauncherException.class)
        .hasMessage("ZIMAGE_HOST=" + host + " is not an address of this machine: use 127.0.0.1, or 0.0.0.0 for all of them");
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0, 127.0.0.1", "::, [::1]", "::1, [::1]", "192.0.2.1, 192.0.2.1"})
  void aServerIsReachedAtAnAddressThatAUrlCanHave(String host, String inUrl) {
    assertThat(Ports.hostInUrl(host)).isEqualTo(inUrl);
  }

  @Test
  void findsAFreePortForZero() {
    assertThat(Ports.free("127.0.0.1", 0, "ZIMAGE_PORT", "HTTP")).isPositive();
  }
}

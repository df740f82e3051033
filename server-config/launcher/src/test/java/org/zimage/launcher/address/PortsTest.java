package org.zimage.launcher.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.launcher.error.LauncherException;

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
  void aServerKeepsItsPortUntilAnotherListensThere(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("port");
    int port = Ports.kept(file);

    assertThat(Ports.kept(file)).isEqualTo(port);
    try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThat(Ports.kept(file)).isNotEqualTo(other.getLocalPort());
    }
    assertThat(Ports.kept(file)).as("the new one").isNotEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "port", "99999"})
  void whatIsNoPortIsWrittenAnew(String text, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("port"), text);

    assertThat(Ports.kept(file)).isBetween(20000, 29999).isEqualTo(Ports.kept(file));
  }

  @Test
  void findsAFreePortForZero() {
    assertThat(Ports.free("127.0.0.1", 0, "ZIMAGE_PORT", "HTTP")).isPositive();
  }
}

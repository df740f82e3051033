package org.zimage.web.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class TcpConnectionTest {
  @Test
  void anOpenConnectionIsInTheKernelsTable() {
    assertThat(TcpConnection.read("  24: 0100007F:1F90 0200007F:D2F4 01 00000000:00000000 00:00000000 00000000 0 0 1"))
        .contains(new TcpConnection(8080, "0000000000000000FFFF00000200007F", 54004));
  }

  @Test
  void anIpv4CallerOfAnIpv6SocketIsTheSameCaller() {
    assertThat(TcpConnection.read("   1: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000200007F:D2F4 01 0:0 0"))
        .contains(new TcpConnection(8080, "0000000000000000FFFF00000200007F", 54004));
  }

  @Test
  void whoHasHungUpIsNotOpen() {
    assertThat(TcpConnection.read("  24: 0100007F:1F90 0200007F:D2F4 08 00000000:00000000 00:00000000 00000000 0")).isEmpty();
  }

  @Test
  void hangingUpIsSeenAtOnce() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Socket caller = new Socket(server.getInetAddress(), server.getLocalPort());
      try (Socket accepted = server.accept()) {
        TcpConnection connection = new TcpConnection(server.getLocalPort(), "0000000000000000FFFF00000100007F", accepted.getPort());
        assertThat(TcpConnection.open()).contains(connection);

        caller.close();

        assertThat(TcpConnection.open()).doesNotContain(connection);
      }
    }
  }
}

package org.zimage.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicInternetTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
      "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.19.0.1", "::1", "::", "fe80::1", "fd00::1",
      "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "100::1"})
  void anAddressOfAnInnerNetworkIsNotOfTheInternet(String address) throws UnknownHostException {
    assertThat(PublicInternet.lacks(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "172.15.0.1", "100.128.0.1", "198.20.0.1", "2606:4700::1111",
      "2a00:1450::1"})
  void anAddressOfTheInternetIs(String address) throws UnknownHostException {
    assertThat(PublicInternet.lacks(InetAddress.getByName(address))).isFalse();
  }
}

package org.zimage.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  private static TrustedProxies proxies(String value) {
    return Settings.read(Map.of("ZIMAGE_TRUSTED_PROXIES", value)).proxies();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "10.0.0.7                | 10.0.0.7    | 198.51.100.4                       | 198.51.100.4",
      "10.0.0.0/8, fd00::/8    | 10.9.9.9    | 198.51.100.4, fd12::1              | 198.51.100.4",
      "10.0.0.7                | 10.0.0.7    | 203.0.113.9, 198.51.100.4          | 198.51.100.4",
      "10.0.0.7                | 10.0.0.7    | 198.51.100.4:5123                  | 198.51.100.4",
      "::1                     | 0:0:0:0:0:0:0:1 | [2001:db8::5]:443              | 2001:db8::5",
      "127.0.0.1               | 127.0.0.1   | 127.0.0.1                          | 127.0.0.1",
      "fe80::/10               | fe80::2%eth0| 2001:db8::5                        | 2001:db8::5"})
  void behindOnesThatAreTrustedACallComesFromWhereTheySay(String trusted, String peer, String told, String caller) {
    assertThat(proxies(trusted).callerOf(peer, List.of(told))).isEqualTo(caller);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "10.0.0.7     | 198.51.100.4 | 203.0.113.9",
      "10.0.0.0/8   | 11.0.0.1     | 203.0.113.9",
      "10.0.0.7     | 10.0.0.7     | a prompt that somebody wrote",
      "10.0.0.7     | 10.0.0.7     | unknown"})
  void otherwiseFromTheOtherEndOfTheConnection(String trusted, String peer, String told) {
    assertThat(proxies(trusted).callerOf(peer, List.of(told))).isEqualTo(peer);
  }

  @Test
  void byDefaultNobodyIsTrusted() {
    assertThat(Settings.read(Map.of()).proxies().callerOf("127.0.0.1", List.of("203.0.113.9"))).isEqualTo("127.0.0.1");
  }

  @Test
  void headersOfOneNameAreReadInTheirOrder() {
    assertThat(proxies("10.0.0.0/8").callerOf("10.0.0.1", List.of("203.0.113.9", "198.51.100.4, 10.0.0.2"))).isEqualTo("198.51.100.4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.300"})
  void whatIsNoAddressStopsTheStart(String value) {
    assertThatThrownBy(() -> proxies(value)).isInstanceOf(InvalidSetting.class).hasMessageContaining("ZIMAGE_TRUSTED_PROXIES");
  }
}

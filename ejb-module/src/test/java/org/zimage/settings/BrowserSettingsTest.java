package org.zimage.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrowserSettingsTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.1:8000", "10.1.2.3:8080", "[::1]", "[::1]:8000", "[fe80::1]:8000", "localhost",
      "LocalHost:8000", "a.localhost", "localhost."})
  void addressesAndLocalhostAlwaysLeadHere(String host) {
    assertThat(BrowserSettings.DEFAULT.allowsHost(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example",
      "1.2.3.evil.example", "evillocalhost", "", ":8000", "[::1].evil.example", "localhost:80:80"})
  void otherNamesDoNot(String host) {
    assertThat(BrowserSettings.DEFAULT.allowsHost(host)).isFalse();
  }

  @Test
  void noBrowserLeavesTheHostOut() {
    assertThat(BrowserSettings.DEFAULT.allowsHost(null)).isTrue();
  }

  @Test
  void theNameThatIsListenedOnAndThoseThatAreSetLeadHere() {
    BrowserSettings settings = read("ZIMAGE_HOST", "studio.lan", "ZIMAGE_ALLOWED_HOSTS", "Images.example.com, zimage");

    assertThat(settings.allowsHost("studio.lan:8000")).isTrue();
    assertThat(settings.allowsHost("images.example.com")).isTrue();
    assertThat(settings.allowsHost("zimage:80")).isTrue();
    assertThat(settings.allowsHost("example.com")).isFalse();
  }

  @Test
  void anyNameCanBeAllowed() {
    assertThat(read("ZIMAGE_ALLOWED_HOSTS", "*").allowsHost("evil.example")).isTrue();
  }

  @Test
  void anOriginIsAllowedAsItIsWritten() {
    BrowserSettings settings = read("ZIMAGE_CORS_ORIGINS", "https://Studio.example,http://localhost:5173");

    assertThat(settings.allowsOrigin("https://studio.example")).isTrue();
    assertThat(settings.allowsOrigin("http://localhost:5173")).isTrue();
    assertThat(settings.allowsOrigin("http://studio.example")).isFalse();
    assertThat(settings.allowsOrigin("https://studio.example.evil.example")).isFalse();
    assertThat(settings.allowsOrigin("http://localhost")).isFalse();
    assertThat(settings.allowsOrigin("null")).isFalse();
    assertThat(read("ZIMAGE_CORS_ORIGINS", "*").allowsOrigin("https://any.example")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "ZIMAGE_ALLOWED_HOSTS | a.example:80 | ZIMAGE_ALLOWED_HOSTS must be names without ports, separated by commas, or * (got \"a.example:80\")",
      "ZIMAGE_ALLOWED_HOSTS | http://a.example | ZIMAGE_ALLOWED_HOSTS must be names without ports, separated by commas, or * (got \"http://a.example\")",
      "ZIMAGE_CORS_ORIGINS | studio.example | ZIMAGE_CORS_ORIGINS must be origins such as https://studio.example, separated by commas, or * (got \"studio.example\")",
      "ZIMAGE_CORS_ORIGINS | https://studio.example/ | ZIMAGE_CORS_ORIGINS must be origins such as https://studio.example, separated by commas, or * (got \"https://studio.example/\")"})
  void aWrongValueIsNamedWithItsVariable(String variable, String value, String message) {
    assertThatThrownBy(() -> read(variable, value)).isInstanceOf(InvalidSetting.class).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1,false", "127.1.2.3,false", "localhost,false", "::1,false", "0.0.0.0,true", "192.168.1.2,true",
      "studio.lan,true", "::,true"})
  void othersReachWhatListensBeyondTheLoopback(String host, boolean open) {
    assertThat(read("ZIMAGE_HOST", host).isOpenToOthers()).isEqualTo(open);
  }

  private static BrowserSettings read(String... variables) {
    return Settings.read(variables.length == 2 ? Map.of(variables[0], variables[1])
        : Map.of(variables[0], variables[1], variables[2], variables[3])).browsers();
  }
}

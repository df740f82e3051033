package org.zimage.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.error.InvalidRequest;
import org.zimage.settings.Authorities;
import org.zimage.settings.BrowserSettings;
import org.zimage.settings.GpuSettings;
import org.zimage.settings.RedisSettings;
import org.zimage.settings.Settings;
import org.zimage.settings.WebhookSettings;
import org.zimage.webhook.WebhookHosts.HostRefused;

class WebhookHostsTest {
  private static final Set<String> ALLOWED =
      Set.of("hooks.example.com", "*.example.org", "10.0.0.1", "localhost", "93.184.215.14");

  @ParameterizedTest
  @ValueSource(strings = {"https://hooks.example.com/a", "http://Hooks.Example.com:8080/", "https://a.b.example.org/x",
      "https://93.184.215.14/"})
  void hostsOfTheListAreAllowed(String url) {
    assertThatCode(() -> hosts(ALLOWED, false).require(webhook(url))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://example.com/", "https://example.org/", "https://evilexample.org/",
      "https://hooks.example.com.evil.net/"})
  void otherHostsAreRefused(String url) {
    assertThatThrownBy(() -> hosts(ALLOWED, false).require(webhook(url))).isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("not among those that the server may call");
  }

  @Test
  void aPrivateAddressIsRefusedAtOnce() {
    assertThatThrownBy(() -> hosts(ALLOWED, false).require(webhook("http://10.0.0.1/")))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("has the private address 10.0.0.1");
    assertThatCode(() -> hosts(ALLOWED, true).require(webhook("http://10.0.0.1/"))).doesNotThrowAnyException();
  }

  @Test
  void aNameThatLeadsToAPrivateAddressIsRefusedWhenItIsLookedUp() throws Exception {
    URI url = URI.create("http://localhost/");

    assertThatThrownBy(() -> hosts(ALLOWED, false).address(url)).isInstanceOf(HostRefused.class)
        .hasMessageStartingWith("localhost has the private address");
    assertThat(hosts(ALLOWED, true).address(url).isLoopbackAddress()).isTrue();
  }

  @Test
  void withoutAListWebhooksAreOff() {
    assertThatThrownBy(() -> hosts(Set.of(), true).require(webhook("https://hooks.example.com/")))
        .isInstanceOf(InvalidRequest.class).hasMessageContaining("switched off");
  }

  private static Webhook webhook(String url) {
    return new Webhook(URI.create(url), Webhook.ENDS);
  }

  private static WebhookHosts hosts(Set<String> allowed, boolean privateAddresses) {
    return new WebhookHosts(new Settings("test", true, "admin-key", Set.of(), 0, 0, RedisSettings.DEFAULT,
        Path.of("images"), Path.of("model"), null, null, new WebhookSettings(allowed, new byte[32], privateAddresses),
        Set.of(), GpuSettings.DEFAULT, BrowserSettings.DEFAULT, Settings.DEFAULT_MAX_INPUT_BYTES, Path.of("loras"), Authorities.OF_JAVA));
  }
}

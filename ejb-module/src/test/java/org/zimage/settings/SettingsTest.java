package org.zimage.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  @Test
  void nothingHasToBeSet() {
    Settings settings = Settings.read(Map.of());

    assertThat(settings.environment()).isEqualTo("dev");
    assertThat(settings.authEnabled()).isTrue();
    assertThat(settings.adminKey()).isNull();
    assertThat(settings.allowedKeys()).isEmpty();
    assertThat(settings.rateLimit()).isZero();
    assertThat(settings.maxPending()).isZero();
    assertThat(settings.redisUrl()).isEqualTo(URI.create("redis://127.0.0.1:6379/0"));
  }

  @Test
  void everythingCanBeSet() {
    Settings settings = Settings.read(Map.of("ENVIRONMENT", "production", "API_ENABLE_AUTH", "False", "API_ADMIN_KEY", " boss ",
        "API_ALLOWED_KEYS", "a, b ,,c", "API_RATE_LIMIT", "60", "API_MAX_PENDING", "10", "REDIS_URL", "rediss://u:p@redis:7000/2",
        "ZIMAGE_OUTPUT_DIR", "/srv/pictures/", "ZIMAGE_MODEL_DIR", "/srv/model"));

    assertThat(settings).isEqualTo(new Settings("production", false, "boss", Set.of("a", "b", "c"), 60, 10,
        URI.create("rediss://u:p@redis:7000/2"), Path.of("/srv/pictures"), Path.of("/srv/model")));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "API_ENABLE_AUTH | maybe | API_ENABLE_AUTH must be true or false (got \"maybe\")",
      "API_RATE_LIMIT  | -1    | API_RATE_LIMIT must be a whole number from 0 (no limit) to 2147483647 (got \"-1\")",
      "API_MAX_PENDING | many  | API_MAX_PENDING must be a whole number from 0 (no limit) to 2147483647 (got \"many\")",
      "REDIS_URL | http://redis | REDIS_URL must be redis://[user:password@]host[:port][/database] or rediss://… (got \"http://redis\")"})
  void aWrongValueIsNamedWithItsVariable(String variable, String value, String message) {
    assertThatThrownBy(() -> Settings.read(Map.of(variable, value))).isInstanceOf(InvalidSetting.class).hasMessage(message);
  }
}

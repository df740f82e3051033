package org.zimage.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(settings.redis()).isEqualTo(redis("redis://127.0.0.1:6379/0"));
  }

  @Test
  void everythingCanBeSet() {
    Settings settings = Settings.read(Map.of("ENVIRONMENT", "production", "API_ENABLE_AUTH", "False", "API_ADMIN_KEY",
        " boss ",
        "API_ALLOWED_KEYS", "a, b ,,c", "API_RATE_LIMIT", "60", "API_MAX_PENDING", "10", "REDIS_URL",
        "rediss://u:p@redis:7000/2", "ZIMAGE_OUTPUT_DIR", "/srv/pictures/", "ZIMAGE_MODEL_DIR", "/srv/model",
        "ZIMAGE_REPLY_PREFIXES", "shop.,crm.replies."));

    assertThat(settings).isEqualTo(new Settings("production", false, "boss", Set.of("a", "b", "c"), 60, 10,
        RedisSettings.read("REDIS_URL", "rediss://u:p@redis:7000/2"), Path.of("/srv/pictures"), Path.of("/srv/model"), null, null,
        WebhookSettings.OFF, Set.of("shop.", "crm.replies."), GpuSettings.DEFAULT, BrowserSettings.DEFAULT, Settings.DEFAULT_MAX_INPUT_BYTES,
        LoraSettings.DEFAULT, false, new MarkSettings(true, null), Retention.NONE, Authorities.OF_JAVA, new CredentialSettings(null, null, null, null),
        new TrustedProxies(List.of())));
  }

  @Test
  void picturesAreGivenAgainWhereTheOperatorSaysSo() {
    assertThat(Settings.read(Map.of("ZIMAGE_REUSE", "true")).reuse()).isTrue();
    assertThat(Settings.read(Map.of()).reuse()).isFalse();
  }

  @Test
  void adaptersHaveTheirFoldersAndTheirLimit() {
    Map<String, String> all = Map.of("ZIMAGE_LORA_DIR", "/srv/loras", "ZIMAGE_LORA_CACHE", "/srv/cache", "ZIMAGE_MAX_LORA_BYTES",
        "2147483648");

    assertThat(Settings.read(all).loras()).isEqualTo(new LoraSettings(Path.of("/srv/loras"), Path.of("/srv/cache"), 2L << 30));
    assertThat(LoraSettings.DEFAULT).isEqualTo(new LoraSettings(Path.of(System.getProperty("user.home"), ".zimage", "loras"),
        Path.of(System.getProperty("user.home"), ".zimage", "lora-cache"), 1L << 30));
    assertThatThrownBy(() -> Settings.read(Map.of("ZIMAGE_MAX_LORA_BYTES", "2147483649"))).isInstanceOf(InvalidSetting.class)
        .hasMessageContaining("ZIMAGE_MAX_LORA_BYTES");
  }

  @Test
  void redisCanBeKnownToSentinelsOrBeACluster() {
    assertThat(redis("rediss-sentinel://u:p%40@s_1,[::1]:5000/2?sentinel_password=x%2B#our.master")).isEqualTo(new RedisSettings(RedisSettings.Kind.SENTINEL,
            List.of(new RedisSettings.Server("s_1", 26379), new RedisSettings.Server("::1", 5000)), true, "u", "p@", 2, "our.master",
            null, "x+"));
    assertThat(redis("redis-cluster://:pw@a:7000,b")).isEqualTo(new RedisSettings(RedisSettings.Kind.CLUSTER,
        List.of(new RedisSettings.Server("a", 7000), new RedisSettings.Server("b", 6379)), false, null, "pw", 0, null, null, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis://a,b", "redis://a#master", "redis-sentinel://a,b/0", "redis-cluster://a/1", "redis-cluster://a,,b",
      "redis://a?timeout=3", "redis-sentinel://a?password=x#m"})
  void redisIsRefusedWhereItSaysTwoThings(String value) {
    assertThatThrownBy(() -> redis(value)).isInstanceOf(InvalidSetting.class).hasMessageStartingWith("REDIS_URL must be ");
  }

  @Test
  void namesOfContainersMayHaveAnUnderscore() {
    assertThat(redis("redis://my_redis").servers()).containsExactly(new RedisSettings.Server("my_redis", 6379));
    assertThat(Settings.read(withBucket(Map.of("S3_ENDPOINT", "http://my_store:9000"))).s3().endpoint())
        .isEqualTo(URI.create("http://my_store:9000"));
  }

  private static RedisSettings redis(String value) {
    return Settings.read(Map.of("REDIS_URL", value)).redis();
  }

  @Test
  void aWorkerCanBeGivenAGpu() {
    Settings settings = Settings.read(Map.of("ZIMAGE_GPU", "3", "ZIMAGE_GPU_MEMORY_GROWTH", "false",
        "ZIMAGE_GPU_TEXT_ENCODER", "true"));

    assertThat(settings.gpu()).isEqualTo(new GpuSettings(3, false, false, true));
  }

  @ParameterizedTest
  @CsvSource({"P30D, 2026-03-31T00:00:00Z", "P1M, 2026-04-01T00:00:00Z", "P2W, 2026-03-15T00:00:00Z", "PT12H, 2026-03-01T12:00:00Z",
      "P1DT12H, 2026-03-02T12:00:00Z", "P1000Y, 3026-03-01T00:00:00Z"})
  void theRetentionIsAPeriod(String value, Instant end) {
    Retention retention = Settings.read(Map.of("ZIMAGE_RETENTION", value)).retention();
    Instant ended = Instant.parse("2026-03-01T00:00:00Z");

    assertThat(retention.end(ended, null)).isEqualTo(end);
    assertThat(retention.end(ended, 60)).isEqualTo(ended.plusSeconds(60));
    assertThat(retention.end(ended, Integer.MAX_VALUE)).isEqualTo(value.equals("P1000Y") ? ended.plusSeconds(Integer.MAX_VALUE) : end);
    assertThat(retention.cutoff(end)).contains(ended);
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "P0D", "P-1D", "P1DT-2H", "PT", "P1DT", "P", "T1H", "P1001Y", "P2147483647Y", "PT9999999999999999999H", "30 days"})
  void aRetentionThatIsNoPeriodIsRefused(String value) {
    assertThatThrownBy(() -> Settings.read(Map.of("ZIMAGE_RETENTION", value))).isInstanceOf(InvalidSetting.class)
        .hasMessage("ZIMAGE_RETENTION must be a period of ISO 8601 such as P30D, P1Y or PT12H, above 0 and of at most 1000 years (got \""
            + value + "\")");
  }

  @ParameterizedTest
  @CsvSource({"required, 0", "required:1, 1"})
  void aWorkerCanBeForbiddenToDrawWithoutItsGpu(String value, int index) {
    assertThat(Settings.read(Map.of("ZIMAGE_GPU", value)).gpu()).isEqualTo(new GpuSettings(index, true, true, false));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "ZIMAGE_GPU      | all   | ZIMAGE_GPU must be a whole number from 0 (the first) on, or 'required', 'required:1' and so on for no picture without it (got \"all\")",
      "API_ALLOWED_KEYS | ,    | API_ALLOWED_KEYS must be keys separated by commas; or leave it out (got \",\")",
      "API_ENABLE_AUTH | maybe | API_ENABLE_AUTH must be true or false (got \"maybe\")",
      "API_RATE_LIMIT  | -1    | API_RATE_LIMIT must be a whole number from 0 (no limit) to 2147483647 (got \"-1\")",
      "API_MAX_PENDING | many  | API_MAX_PENDING must be a whole number from 0 (no limit) to 2147483647 (got \"many\")",
      "S3_ENDPOINT | http://h:99999 | S3_ENDPOINT must be http://host[:port] or https://host[:port] (got \"http://h:99999\")",
      "ZIMAGE_CA_CERTIFICATES | /nothing.pem | ZIMAGE_CA_CERTIFICATES must be a readable file with certificates in PEM (got \"/nothing.pem\")",
      "ZIMAGE_CA_CERTIFICATES | /etc/hosts | ZIMAGE_CA_CERTIFICATES must be a readable file with certificates in PEM (got \"/etc/hosts\")",
      "ZIMAGE_C2PA_ANCHORS | /etc/hosts | ZIMAGE_C2PA_ANCHORS must be a readable file with certificates in PEM (got \"/etc/hosts\")",
      "ZIMAGE_C2PA_KEYSTORE | /pictures.p12 | ZIMAGE_C2PA_KEYSTORE_PASSWORD must be set, or ZIMAGE_C2PA_KEYSTORE_PASSWORD_FILE, with ZIMAGE_C2PA_KEYSTORE",
      "ZIMAGE_C2PA_TIMESTAMP_URL | ftp://clock | ZIMAGE_C2PA_TIMESTAMP_URL must be an address such as http://timestamp.example.org (got \"ftp://clock\")",
      "REDIS_URL | redis://h:99999/0 | REDIS_URL must be redis://[user:password@]host[:port][/database], redis-sentinel://[user:password@]host[:port],…[/database]#master or redis-cluster://[user:password@]host[:port],…, rediss… for TLS, with the characters @ / : % of a password as %40 %2F %3A %25 (got \"redis://h:99999/0\")",
      "REDIS_URL | redis://:100%@h | REDIS_URL must be redis://[user:password@]host[:port][/database], redis-sentinel://[user:password@]host[:port],…[/database]#master or redis-cluster://[user:password@]host[:port],…, rediss… for TLS, with the characters @ / : % of a password as %40 %2F %3A %25 (got \"redis://***@h\")",
      "REDIS_URL | http://redis | REDIS_URL must be redis://[user:password@]host[:port][/database], redis-sentinel://[user:password@]host[:port],…[/database]#master or redis-cluster://[user:password@]host[:port],…, rediss… for TLS, with the characters @ / : % of a password as %40 %2F %3A %25 (got \"http://redis\")"})
  void aWrongValueIsNamedWithItsVariable(String variable, String value, String message) {
    assertThatThrownBy(() -> Settings.read(Map.of(variable, value))).isInstanceOf(InvalidSetting.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "REDIS_URL   | http://:hush@redis        | http://***@redis",
      "REDIS_URL   | redis://user:hu/sh@redis  | redis://***@redis",
      "REDIS_URL   | redis://user:hu@sh@re dis | redis://***@re dis",
      "REDIS_URL   | redis//user:hush@redis    | ***@redis",
      "REDIS_URL   | redis-sentinel://u:hush@a?sentinel_password=hush | ***@a?…",
      "S3_ENDPOINT | https://access:hush@minio | https://***@minio"})
  void aWrongAddressIsShownWithoutItsPassword(String variable, String value, String shown) {
    assertThatThrownBy(() -> Settings.read(withBucket(Map.of(variable, value)))).isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(variable + " must be ").hasMessageEndingWith(" (got \"" + shown + "\")");
  }

  @Test
  void aWrongValueIsShownOnOneShortLine() {
    assertThatThrownBy(() -> Settings.read(Map.of("API_RATE_LIMIT", "ten\r\na minute")))
        .hasMessageEndingWith("(got \"ten a minute\")");
    assertThatThrownBy(() -> Settings.read(Map.of("API_RATE_LIMIT", "x".repeat(1_000_000))))
        .hasMessageEndingWith("(got \"" + "x".repeat(100) + "…\")");
  }

  @Test
  void picturesCanBeKeptInABucket() {
    Settings settings = Settings.read(withBucket(
        Map.of("S3_ENDPOINT", "https://minio.example:9000", "S3_REGION", "eu-central-1", "S3_PREFIX",
            "/team/pictures/")));

    assertThat(settings.s3()).isEqualTo(
        new S3Settings(URI.create("https://minio.example:9000"), "eu-central-1", "access", "secret", "pictures",
            "team/pictures"));
    assertThat(settings).asString().contains("bucket=pictures").doesNotContain("access").doesNotContain("secret");
  }

  @Test
  void picturesAreSignedWithAKeyStoreWhosePasswordIsNeverShown() {
    Settings settings = Settings.read(Map.of("ZIMAGE_C2PA_KEYSTORE", "/pictures.p12", "ZIMAGE_C2PA_KEYSTORE_PASSWORD", "hush",
        "ZIMAGE_C2PA_TIMESTAMP_URL", "http://clock.example.org/tsa"));

    assertThat(settings.credentials()).isEqualTo(
        new CredentialSettings(Path.of("/pictures.p12"), "hush", URI.create("http://clock.example.org/tsa"), null));
    assertThat(settings).asString().contains("/pictures.p12").doesNotContain("hush");
    assertThat(Settings.read(Map.of()).credentials().isOn()).isFalse();
  }

  @Test
  void aBucketIsNotUsedUnlessItIsAskedFor() {
    assertThat(Settings.read(Map.of("S3_BUCKET_NAME", "pictures")).s3()).isNull();
    assertThat(Settings.read(withBucket(Map.of())).s3().endpoint()).isNull();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "Z_IMAGE_STORAGE_BACKEND | ftp | Z_IMAGE_STORAGE_BACKEND must be local or s3 (got \"ftp\")",
      "S3_ENDPOINT | minio:9000 | S3_ENDPOINT must be http://host[:port] or https://host[:port] (got \"minio:9000\")",
      "S3_ENDPOINT | https://host/path | S3_ENDPOINT must be http://host[:port] or https://host[:port] (got \"https://host/path\")",
      "S3_BUCKET_NAME | My_Bucket | S3_BUCKET_NAME must be the name of a bucket (3 to 63 lower-case letters, digits, dots and hyphens) with Z_IMAGE_STORAGE_BACKEND=s3 (got \"My_Bucket\")",
      "S3_BUCKET_NAME | '' | S3_BUCKET_NAME must be the name of a bucket (3 to 63 lower-case letters, digits, dots and hyphens) with Z_IMAGE_STORAGE_BACKEND=s3",
      "S3_PREFIX | a/../b | S3_PREFIX must be names of letters, digits, dots, hyphens and underscores with / between them (got \"a/../b\")",
      "S3_REGION | Frankfurt! | S3_REGION must be the name of a region, such as eu-central-1 (got \"Frankfurt!\")",
      "S3_ACCESS_KEY | '' | S3_ACCESS_KEY must be set with Z_IMAGE_STORAGE_BACKEND=s3",
      "S3_SECRET_KEY | '' | S3_SECRET_KEY must be set with Z_IMAGE_STORAGE_BACKEND=s3"})
  void aWrongBucketIsNamedWithItsVariable(String variable, String value, String message) {
    assertThatThrownBy(() -> Settings.read(withBucket(Map.of(variable, value)))).isInstanceOf(InvalidSetting.class)
        .hasMessage(message);
  }

  private static Map<String, String> withBucket(Map<String, String> others) {
    Map<String, String> environment = new HashMap<>(
        Map.of("Z_IMAGE_STORAGE_BACKEND", "s3", "S3_BUCKET_NAME", "pictures", "S3_ACCESS_KEY", "access",
            "S3_SECRET_KEY", "secret"));
    environment.putAll(others);
    return environment;
  }
}

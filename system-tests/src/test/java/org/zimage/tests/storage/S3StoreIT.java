package org.zimage.tests.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.platform.S3Server;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.RunningSystem;

/** Pictures in a bucket of S3Proxy, a real S3 server, over TLS; the folder still holds those of the time before. */
class S3StoreIT {
  private static final String SMALL =
      "{\"prompt\":\"a red circle\",\"width\":96,\"height\":64,\"num_inference_steps\":1}";
  private static final String OLD = "/generated-images/20250101/120000_old.png";
  private static final String ADMIN_KEY = "admin-key";
  private static final Path ADAPTER = Path.of("../inference/src/test/resources/fixtures/adapter-goldens/z-image-nano/kohya.safetensors");
  private static final Duration RECOVERY = Duration.ofSeconds(30);

  @TempDir
  private static Path folder;
  private static S3Server s3;
  private static RunningSystem system;
  private static Api api;

  @BeforeAll
  static void start() throws IOException {
    s3 = S3Server.startWithTls(folder);
    system = RunningSystem.start(Map.of(
        "Z_IMAGE_STORAGE_BACKEND", "s3",
        "S3_ENDPOINT", s3.endpoint().toString(),
        "S3_ACCESS_KEY", S3Server.ACCESS_KEY,
        "S3_SECRET_KEY", S3Server.SECRET_KEY,
        "S3_BUCKET_NAME", S3Server.BUCKET,
        "S3_PREFIX", "team",
        "API_ADMIN_KEY", ADMIN_KEY,
        "ZIMAGE_JAVA_OPTIONS", "-Djavax.net.ssl.trustStore=" + s3.keyStore()
            + " -Djavax.net.ssl.trustStorePassword=" + S3Server.KEY_STORE_PASSWORD));
    api = new Api(system.url(), null, null, null);
    Path old = system.folder("pictures").resolve("20250101/120000_old.png");
    Files.createDirectories(old.getParent());
    Files.write(old, new byte[] {1, 2, 3});
  }

  @AfterAll
  static void stop() throws IOException {
    if (system != null) {
      system.close();
    }
    if (s3 != null) {
      s3.close();
    }
  }

  @Test
  void aPictureIsServedFromTheBucketAsFromAFolder() throws IOException {
    JsonObject result = api.awaitResult(api.generate(SMALL));
    String path = "/generated-images/" + result.getString("relative_path");
    Answer whole = api.get(path);

    assertThat(objects()).contains("team/" + result.getString("relative_path"),
        "team/" + result.getString("preview_relative_path"));
    assertThat(system.folder("pictures").resolve(result.getString("relative_path"))).doesNotExist();
    assertThat(result.getString("output_path")).isEqualTo("s3://pictures/team/" + result.getString("relative_path"));
    assertThat(api.picture(result).getWidth()).isEqualTo(96);
    assertThat(whole.header("Content-Type")).isEqualTo("image/png");
    assertThat(whole.header("Content-Length")).isEqualTo(String.valueOf(whole.bytes().length));
    assertThat(whole.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertThat(whole.header("ETag")).matches("\"[0-9a-f-]+\"");
    assertThat(whole.header("Last-Modified")).endsWith(" GMT");
    assertThat(whole.header("Accept-Ranges")).isEqualTo("bytes");

    Answer head = api.send("HEAD", path, BodyPublishers.noBody());
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.bytes()).isEmpty();
    assertThat(head.header("Content-Length")).isEqualTo(whole.header("Content-Length"));
    assertThat(api.get(path, "If-None-Match", whole.header("ETag")).status()).isEqualTo(304);
    assertThat(api.get(path, "If-Modified-Since", whole.header("Last-Modified")).status()).isEqualTo(304);

    Answer part = api.get(path, "Range", "bytes=8-15");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.bytes()).isEqualTo(Arrays.copyOfRange(whole.bytes(), 8, 16));
    assertThat(part.header("Content-Range")).isEqualTo("bytes 8-15/" + whole.bytes().length);
    assertThat(api.get(path, "Range", "bytes=99999999-"))
        .hasToString("416 {\"detail\":\"Requested Range Not Satisfiable\"}");
    assertThat(api.get("/generated-images/" + result.getString("preview_relative_path")).header("Content-Type"))
        .isEqualTo("image/webp");
  }

  @Test
  void aPictureToStartFromIsKeptInTheBucketToo() throws IOException {
    String start = api.generate(SMALL);
    api.awaitResult(start);
    String edit = "{\"prompt\":\"a blue circle\",\"image\":\"task:" + start + "\",\"num_inference_steps\":2}";

    String task = api.generate(edit);

    assertThat(api.awaitResult(task).getInt("width")).isEqualTo(96);
    assertThat(api.get("/v1/tasks/" + task + "/inputs/image").header("Content-Type")).isEqualTo("image/png");
    List<String> inputs = objects().stream().filter(name -> name.startsWith("team/inputs/")).toList();
    assertThat(inputs).isNotEmpty();
    assertThat(inputs).allSatisfy(name -> assertThat(
        api.get("/generated-images/" + name.substring("team/".length())).status()).as(name).isEqualTo(404));
  }

  @Test
  void anUploadedAdapterIsKeptInTheBucketAndFetchedByWorkers() throws IOException {
    // A worker tells the layers of its model when it has loaded it
    Answer uploaded = await().atMost(RECOVERY).until(() -> api.as(ADMIN_KEY).send("POST", "/v1/loras?name=pastel",
        BodyPublishers.ofFile(ADAPTER), "Content-Type", "application/octet-stream"), answer -> answer.status() != 503);
    assertThat(uploaded.status()).as(uploaded.body()).isEqualTo(201);
    String file = uploaded.json().getString("sha256") + ".safetensors";
    assertThat(objects()).contains("team/loras/" + file);
    Path copy = system.folder("lora-cache").resolve(file);
    Files.delete(copy);

    JsonObject result = api.awaitResult(api.generate(SMALL.replace("}", ",\"loras\":[{\"name\":\"pastel\"}]}")));

    assertThat(result.getJsonArray("loras").getJsonObject(0).getString("name")).isEqualTo("pastel");
    assertThat(copy).hasSameBinaryContentAs(ADAPTER);
    assertThat(api.get("/generated-images/loras/" + file).status()).isEqualTo(404);
  }

  @Test
  void aPictureOfTheTimeBeforeIsServedFromTheFolderAndAnUnknownOneNotAtAll() {
    assertThat(api.get(OLD).bytes()).containsExactly(1, 2, 3);
    assertThat(api.get("/generated-images/20250101/120000_new.png")).hasToString("404 {\"detail\":\"Not Found\"}");
  }

  @Test
  void whatABucketThatIsAwayStopsWorksAgainWhenItIsBack() throws IOException {
    String before = "/generated-images/" + api.awaitResult(api.generate(SMALL)).getString("relative_path");
    List<String> objects = objects();
    s3.stop();
    try {
      assertThat(api.get("/health")).hasToString("200 {\"status\":\"degraded\",\"environment\":\"dev\",\"checks\":"
          + "{\"database\":\"ok\",\"schema\":\"ok\",\"redis\":\"ok\",\"images\":\"unreachable\",\"broker\":\"ok\",\"messages\":\"ok\"}}");
      assertThat(api.get("/worker/health/ready").status()).isEqualTo(503);
      Answer away = api.get(before);
      assertThat(away).hasToString("503 {\"detail\":\"Service temporarily unavailable\"}");
      assertThat(away.header("Retry-After")).isEqualTo("5");
      assertThat(api.get(OLD).status()).isEqualTo(200);

      JsonObject end = api.awaitEnd(api.generate(SMALL));
      assertThat(end.getString("status")).isEqualTo("FAILURE");
      assertThat(end.getString("error_code")).isEqualTo("storage_failed");
      assertThat(end.getString("error")).isEqualTo("The picture could not be stored");
    } finally {
      s3.start();
    }

    assertThat(objects()).containsExactlyInAnyOrderElementsOf(objects);
    await().atMost(RECOVERY).until(() -> api.get(before).status() == 200);
    await().atMost(RECOVERY).until(() -> api.get("/worker/health/ready").status() == 200);
    assertThat(api.get("/health")).hasToString("200 {\"status\":\"ok\",\"environment\":\"dev\"}");
    api.awaitResult(api.generate(SMALL));
    assertThat(system.log("logs/payara.log") + system.log("launcher.log"))
        .contains("the picture could not be stored")
        .doesNotContain(S3Server.ACCESS_KEY).doesNotContain(S3Server.SECRET_KEY);
  }

  @Test
  void aBucketThatSaysNothingIsToldOfAsOneThatIsAway() throws Exception {
    String batch = UUID.randomUUID().toString();
    String picture = "/generated-images/" + api.awaitResult(api.generate(inBatch(batch))).getString("relative_path");
    s3.freeze();
    try {
      assertThat(api.get(picture)).hasToString("503 {\"detail\":\"Service temporarily unavailable\"}");
      assertThat(api.get("/v1/history/" + batch + "/pictures.zip"))
          .hasToString("503 {\"detail\":\"Service temporarily unavailable\"}");
    } finally {
      s3.thaw();
    }
    await().atMost(RECOVERY).until(() -> api.get(picture).status() == 200);
  }

  @Test
  void anArchiveThatBreaksOffIsNotTakenForAWholeOne() throws Exception {
    String batch = UUID.randomUUID().toString();
    JsonObject result = api.awaitResult(api.generate(inBatch(batch)));
    Files.write(s3.bucket().resolve("team/" + result.getString("relative_path")), new byte[64 << 20]);
    HttpRequest request = HttpRequest.newBuilder(
        URI.create(system.url() + "/v1/history/" + batch + "/pictures.zip")).build();
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (InputStream body = HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream()).body()) {
      archive.write(body.read());
      s3.freeze();
      body.transferTo(archive);
    } catch (IOException brokenOff) {
      assertThat(brokenOff).isNotNull();
    } finally {
      s3.thaw();
    }

    Path file = Files.write(folder.resolve("archive.zip"), archive.toByteArray());
    assertThatThrownBy(() -> new ZipFile(file.toFile())).isInstanceOf(ZipException.class);
  }

  private static String inBatch(String batch) {
    return SMALL.replaceFirst("}$", ",\"metadata\":{\"batch_id\":\"" + batch + "\"}}");
  }

  private static List<String> objects() throws IOException {
    try (Stream<Path> files = Files.walk(s3.bucket())) {
      return files.filter(Files::isRegularFile).map(file -> s3.bucket().relativize(file).toString()).toList();
    }
  }
}

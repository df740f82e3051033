package org.zimage.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.ws.rs.client.ClientBuilder;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.api.GenerateImageRequest;
import org.zimage.client.ZImageClient;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Browser;
import org.zimage.tests.caller.PythonScript;
import org.zimage.tests.documentation.MarkdownPage;
import org.zimage.tests.server.Authority;
import org.zimage.tests.server.Nginx;
import org.zimage.tests.system.FreePort;
import org.zimage.tests.system.SharedSystem;

/** Behind nginx, set up as the documentation says, which speaks HTTPS and gives the server a path of its own. */
@ExtendWith(SharedSystem.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BehindAProxyIT {
  private static final Path ROOT = Path.of(System.getProperty("zimage.root")).toAbsolutePath().normalize();
  private static final Pattern CONFIGURATION = Pattern.compile("(?s)```nginx\n(.*?)```");
  private static final String SMALL = "{\"prompt\":\"a boat\",\"width\":64,\"height\":64,\"num_inference_steps\":1}";

  @TempDir
  private static Path folder;

  private final Api api;
  private Authority authority;
  private Nginx nginx;
  private HttpClient http;
  /** The origin, and the address of the server below it. */
  private String origin;
  private String address;

  BehindAProxyIT(Api api) {
    this.api = api;
  }

  @BeforeAll
  void startNginx() throws Exception {
    authority = Authority.make(folder);
    int port = FreePort.find();
    Matcher documented = CONFIGURATION.matcher(MarkdownPage.read(ROOT.resolve("docs/operations.md")).text());
    assertThat(documented.find()).isTrue();
    String configuration = documented.group(1);
    for (List<String> own : List.of(List.of("listen 443 ssl", "listen 127.0.0.1:" + port + " ssl"),
        List.of("/etc/nginx/studio.pem", authority.certificate().toString()),
        List.of("/etc/nginx/studio.key", authority.privateKey().toString()),
        List.of("http://127.0.0.1:8000", api.url()),
        // What nginx mends in redirects by itself, other proxies do not
        List.of("proxy_http_version 1.1;", "proxy_http_version 1.1; proxy_redirect off;"))) {
      assertThat(configuration).contains(own.get(0));
      configuration = configuration.replace(own.get(0), own.get(1));
    }
    nginx = Nginx.start(folder, configuration, port);
    http = HttpClient.newBuilder().sslContext(authority.context()).version(HttpClient.Version.HTTP_1_1).build();
    origin = "https://localhost:" + port;
    address = origin + "/zimage";
  }

  @AfterAll
  void stopNginx() throws Exception {
    if (nginx != null) {
      nginx.close();
    }
  }

  @Test
  void theRootLeadsABrowserToThePage() throws Exception {
    HttpResponse<String> root = send(request(address + "/").header("Accept", "text/html"));

    assertThat(redirect(root)).isEqualTo(address + "/ui/");
    assertThat(redirect(send(request(address + "/ui")))).isEqualTo(address + "/ui/");
    assertThat(send(request(address + "/ui/")).body()).contains("<title>");
  }

  @Test
  void addressesInAnswersLeadThroughTheProxy() throws Exception {
    JsonObject accepted = json(send(post("/v1/images/generate", SMALL)));
    URI status = URI.create(address).resolve(accepted.getString("status_url"));
    String events = send(request(status + "/events")).body();
    String picture = json(send(request(status.toString()))).getString("image_url");

    assertThat(status).hasToString(address + "/v1/tasks/" + accepted.getString("task_id"));
    assertThat(picture).startsWith("/zimage/generated-images/");
    assertThat(events).contains("\"image_url\":\"" + picture + "\"");
    assertIsPicture(URI.create(address).resolve(picture).toString());
  }

  @Test
  void theHistoryLeadsOnThroughTheProxy() throws Exception {
    api.awaitResult(api.generate(SMALL));
    api.awaitResult(api.generate(SMALL));
    HttpResponse<String> first = send(request(address + "/v1/history?limit=1&status=SUCCESS"));
    String next = first.headers().firstValue("Link").orElseThrow().replaceFirst("^<(.*)>.*", "$1");
    JsonObject batch = json(first.body().substring(1, first.body().length() - 1));

    assertThat(batch.getString("image_url")).startsWith("/zimage/generated-images/");
    assertThat(json(send(request(address + "/v1/history/" + batch.getString("task_id")))).getJsonArray("items").getJsonObject(0)
        .getString("image_url")).startsWith("/zimage/generated-images/");
    assertThat(next).startsWith("/zimage/v1/history?");
    assertThat(send(request(origin + next)).statusCode()).isEqualTo(200);
  }

  @Test
  void wholeAddressesAreThoseOfTheProxy() throws Exception {
    JsonObject images = json(send(post("/v1/images/generations",
        "{\"prompt\":\"a boat\",\"size\":\"64x64\",\"response_format\":\"url\"}")));
    String description = send(request(address + "/openapi")).body();

    String url = images.getJsonArray("data").getJsonObject(0).getString("url");
    assertThat(url).startsWith(address + "/generated-images/");
    assertIsPicture(url);
    assertThat(description).contains("- url: /zimage\n");
    assertThat(send(request(address + "/openapi?format=json")).body()).contains("\"servers\":[{\"url\":\"/zimage\"}]");
  }

  @Test
  void theJavaClientAndAnExampleOfTheDocumentationDraw() throws Exception {
    try (ZImageClient zimage = ZImageClient.to(address).key(api.key())
        .http(ClientBuilder.newBuilder().sslContext(authority.context())).open()) {
      String task = zimage.generate(GenerateImageRequest.of("a boat").withSize(64, 64)).taskId();
      Path file = folder.resolve("client.webp");
      zimage.download(zimage.await(task).imageUrl(), file);
      assertThat(file).isNotEmptyFile();
    }
    PythonScript.checkIsThere();
    Path file = folder.resolve("example.png");
    ProcessBuilder example = new ProcessBuilder("python3", "docs/examples/draw_picture.py", address, "a boat", file.toString())
        .directory(ROOT.toFile()).redirectErrorStream(true).redirectOutput(folder.resolve("printed").toFile());
    example.environment().put("ZIMAGE_KEY", api.key());
    example.environment().put("SSL_CERT_FILE", authority.certificate().toString());
    Process process = example.start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("printed"))).isZero();
    assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(512);
  }

  @Test
  void thePageDrawsAndShowsPictures() {
    try (Browser browser = Browser.start("en-US", false)) {
      browser.open(address + "/");
      browser.run("sessionStorage.setItem('zimage.key', arguments[0])", api.key());
      browser.open(address + "/");
      browser.fill("#prompt", "a red circle");
      browser.click("#draw");

      browser.until("a picture that has arrived", page ->
          page.run("const picture = document.querySelector('.tile.ready img'); return picture && picture.naturalWidth") instanceof Long width
              && width > 0);
      assertThat(browser.run("return document.querySelector('.tile.ready img').src").toString())
          .startsWith(address + "/generated-images/");
    }
  }

  private void assertIsPicture(String url) throws Exception {
    HttpResponse<byte[]> picture = http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray());
    assertThat(picture.statusCode()).isEqualTo(200);
    assertThat(picture.headers().firstValue("Content-Type").orElseThrow()).startsWith("image/");
  }

  /** Where a browser goes from there. */
  private static String redirect(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isBetween(300, 399);
    return answer.uri().resolve(answer.headers().firstValue("Location").orElseThrow()).toString();
  }

  private HttpRequest.Builder request(String url) {
    return HttpRequest.newBuilder(URI.create(url)).header("X-Auth-Key", api.key());
  }

  private HttpRequest.Builder post(String path, String body) {
    return request(address + path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonObject json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer.body());
  }

  private static JsonObject json(String text) {
    try (JsonReader reader = Json.createReader(new StringReader(text))) {
      return reader.readObject();
    }
  }
}

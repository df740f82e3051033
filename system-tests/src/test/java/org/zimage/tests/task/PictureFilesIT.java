package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

/** How pictures are served. */
@ExtendWith(SharedSystem.class)
class PictureFilesIT {
  private static String path;

  private final Api api;

  /** Their names cannot be guessed, so that no key is needed. */
  PictureFilesIT(Api api) {
    this.api = api.as(null);
    if (path == null) {
      path = "/generated-images/" + api.awaitResult(
          api.generate("{\"prompt\":\"a pink diamond\",\"width\":96,\"height\":64,\"num_inference_steps\":1}"))
          .getString("relative_path");
    }
  }

  private Answer whole;

  @BeforeEach
  void fetch() {
    whole = api.get(path);
  }

  @Test
  void aPictureMayBeKeptForEver() {
    assertThat(whole.status()).isEqualTo(200);
    assertThat(whole.header("Content-Type")).isEqualTo("image/png");
    assertThat(whole.header("Content-Length")).isEqualTo(String.valueOf(whole.bytes().length));
    assertThat(whole.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertThat(whole.header("ETag")).matches("\"[0-9a-f-]+\"");
    assertThat(whole.header("Last-Modified")).endsWith(" GMT");
    assertThat(whole.header("Accept-Ranges")).isEqualTo("bytes");
    assertThat(whole.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void headSaysTheSameWithoutThePicture() {
    Answer head = api.send("HEAD", path, BodyPublishers.noBody());

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.bytes()).isEmpty();
    assertThat(head.header("Content-Length")).isEqualTo(whole.header("Content-Length"));
    assertThat(head.header("ETag")).isEqualTo(whole.header("ETag"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"unquoted", "\"half", "W/\"<8z\", \"\\\""})
  void whoAsksWithSomethingThatIsNoTagGetsThePicture(String tag) {
    assertThat(api.get(path, "If-None-Match", tag).status()).isEqualTo(200);
    assertThat(api.get(path, "If-Match", tag).status()).isEqualTo(200);
  }

  @Test
  void whoHasItAlreadyIsToldSo() {
    for (String tag : new String[] {whole.header("ETag"), "\"other\", " + whole.header("ETag"), "*"}) {
      Answer answer = api.get(path, "If-None-Match", tag);

      assertThat(answer.status()).as(tag).isEqualTo(304);
      assertThat(answer.bytes()).isEmpty();
      assertThat(answer.header("ETag")).isEqualTo(whole.header("ETag"));
      assertThat(answer.header("Cache-Control")).isEqualTo(whole.header("Cache-Control"));
    }
    assertThat(api.get(path, "If-Modified-Since", whole.header("Last-Modified")).status()).isEqualTo(304);
    assertThat(api.get(path, "If-None-Match", "\"other\"").status()).isEqualTo(200);
    assertThat(api.get(path, "If-None-Match", "\"other\"", "If-Modified-Since", whole.header("Last-Modified")).status())
        .as("the tag decides where there is one").isEqualTo(200);
  }

  @Test
  void aPartOfAPictureCanBeAskedFor() {
    int length = whole.bytes().length;
    Answer part = api.get(path, "Range", "bytes=8-15");
    Answer end = api.get(path, "Range", "bytes=-12");

    assertThat(part.status()).isEqualTo(206);
    assertThat(part.bytes()).isEqualTo(Arrays.copyOfRange(whole.bytes(), 8, 16));
    assertThat(part.header("Content-Range")).isEqualTo("bytes 8-15/" + length);
    assertThat(part.header("Content-Length")).isEqualTo("8");
    assertThat(end.bytes()).isEqualTo(Arrays.copyOfRange(whole.bytes(), length - 12, length));
  }

  @Test
  void aPartOfAnotherVersionIsTheWholePicture() {
    assertThat(api.get(path, "Range", "bytes=0-7", "If-Range", "\"other\"").status()).isEqualTo(200);
    assertThat(api.get(path, "Range", "bytes=0-7", "If-Range", whole.header("ETag")).status()).isEqualTo(206);
  }

  @Test
  void aPartBehindTheEndIsRefused() {
    Answer answer = api.get(path, "Range", "bytes=99999999-");

    assertThat(answer).hasToString("416 {\"detail\":\"Requested Range Not Satisfiable\"}");
    assertThat(answer.header("Content-Range")).isEqualTo("bytes */" + whole.bytes().length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.png", "20250101/120000_x.png", "../x.png", "%2e%2e/x.png", "..%2fx.png", "....//x.png",
      "20250101", "20250101/", "%2e", "%2e%2e", "/etc/passwd", "//etc/passwd",
      "20250101/.hidden.png", "C:%2fx.png", "~root/x.png", "a%20b.png", "%E2%80%AE.png",
      "a%0Ab.png", "a:b.png", "20250101/%252e%252e/x.png", "x.png%20", "x.PNG", "x.jpg", "x.png.part"})
  void whatIsNoPictureIsNotFound(String name) {
    assertThat(api.get("/generated-images/" + name)).hasToString("404 {\"detail\":\"Not Found\"}");
  }

  /** The server itself may fail on such a path, and answers nothing then: docs/security.md. */
  @ParameterizedTest
  @ValueSource(strings = {".", "20250101/x.png/.."})
  void whatEndsInADotIsNoPicture(String name) {
    assertThat(api.get("/generated-images/" + name).toString()).isIn("404 {\"detail\":\"Not Found\"}", "200 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..%5cx.png", "a%00.png", "../../etc/passwd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd"})
  void whatLeadsOutOfTheServerOrIsNoPathIsRefused(String name) {
    Answer answer = api.get("/generated-images/" + name);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).isEmpty();
  }

  /**
   * Bytes that are no UTF-8: the server refuses them itself or leaves them to the application, and either answer is
   * safe.
   */
  @Test
  void whatIsNoTextIsRefusedOrNotFound() {
    assertThat(api.get("/generated-images/%C3%28.png")).asString().isIn("400 ", "404 {\"detail\":\"Not Found\"}");
  }
}

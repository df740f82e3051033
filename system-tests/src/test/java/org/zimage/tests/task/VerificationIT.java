package org.zimage.tests.task;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.api.origin.PictureOrigin;
import org.zimage.client.ZImageClient;
import org.zimage.picture.Picture;
import org.zimage.picture.decoding.PictureReader;
import org.zimage.picture.encoding.WebpWriter;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

/** Whether a picture was made here, by every door. Whether its credentials hold, CredentialsIT tests where pictures are signed. */
@ExtendWith(SharedSystem.class)
class VerificationIT {
  private static final String ROUTE = "/v1/pictures/verify";

  private final Api api;
  private String task;
  private byte[] png;
  @TempDir
  private Path folder;

  VerificationIT(Api api) {
    this.api = api;
  }

  /**
   * A colour that no other test draws: they share the client. On a canvas that the model was trained for: on others there may be no star
   * that could be cropped.
   */
  @BeforeEach
  void draw() {
    task = api.generate("{\"prompt\":\"a purple star at the left on a brown background\",\"width\":512,\"height\":512,\"seed\":8,"
        + "\"num_inference_steps\":9}");
    png = api.get("/generated-images/" + api.awaitResult(task).getString("relative_path")).bytes();
  }

  @Test
  void bothFilesAreFoundByTheirBytesAndOthersByTheirLook() throws IOException {
    byte[] webp = api.get(api.status(task).getString("image_url")).bytes();
    Picture half = PictureReader.read(png).resizedTo(256, 256);

    assertThat(match(verify(png, "image/png"), "exactly").getString("format")).isEqualTo("png");
    assertThat(match(verify(webp, "image/webp"), "exactly").getString("format")).isEqualTo("webp");
    match(api.send("POST", ROUTE, BodyPublishers.ofByteArray(png)).json(), "exactly");
    byte[] otherText = png.clone();
    otherText[new String(png, StandardCharsets.ISO_8859_1).indexOf("a purple star")] = 'A';
    for (byte[] similar : new byte[][] {otherText, WebpWriter.write(256, 256, half.rgb()), jpeg(half), jpeg(PictureReader.read(png))}) {
      assertThat(match(verify(similar, "application/octet-stream"), "similar").getInt("distance")).isBetween(0, 10);
    }
  }

  @Test
  void aCroppedPictureAndAForeignOneAreNotFound() throws IOException {
    byte[] foreign = new byte[3 * 64 * 64];
    for (int i = 0; i < foreign.length; i++) {
      foreign[i] = (byte) (i * i >> 7);
    }
    for (byte[] other : new byte[][] {jpeg(PictureReader.read(png).centre(360, 360)), WebpWriter.write(64, 64, foreign)}) {
      JsonObject origin = verify(other, "application/octet-stream");

      assertThat(origin.getString("made_here")).isEqualTo("unknown");
      assertThat(origin.getJsonArray("matches")).isEmpty();
      assertThat(origin.getJsonObject("credentials").getString("status")).isEqualTo("none");
    }
  }

  @Test
  void anotherClientLearnsNothingAndTheAdministratorAll() throws IOException {
    for (byte[] file : new byte[][] {png, jpeg(PictureReader.read(png))}) {
      JsonObject others = verify(api.as(api.otherKey()), file, "image/png").json();
      JsonObject administrators = verify(api.as(api.adminKey()), file, "image/png").json();

      assertThat(others.getString("made_here")).isEqualTo("unknown");
      assertThat(others.getJsonArray("matches")).isEmpty();
      assertThat(administrators.getJsonArray("matches").getValuesAs(JsonObject.class)).extracting(match -> match.getString("task_id"))
          .contains(task);
    }
    assertThat(verify(api.as(null), png, "image/png").status()).isEqualTo(401);
  }

  @Test
  void everyDoorTellsTheSame() throws IOException {
    String dataUrl = "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    Path file = Files.write(folder.resolve("star.png"), png);

    match(api.post(ROUTE, "{\"image\":\"" + dataUrl + "\"}").json(), "exactly");
    match(form("image").json(), "exactly");
    assertThat(match(byMcp(dataUrl), "exactly").getString("made_at")).endsWith("+00:00");
    try (ZImageClient client = ZImageClient.to(api.url()).key(api.key()).open()) {
      PictureOrigin origin = client.verify(file);
      assertThat(origin.madeHere()).isEqualTo(PictureOrigin.EXACTLY);
      assertThat(origin.matches().get(0).madeAt()).isAfter(Instant.EPOCH);
      assertThat(origin).isEqualTo(client.verify(png));
      assertThat(origin.matches()).extracting(PictureOrigin.Match::taskId).contains(task);
    }
  }

  @Test
  void whatIsNoPictureIsRefusedWithWhatHelps() {
    assertThat(verify(api, "GIF89a".getBytes(StandardCharsets.US_ASCII), "image/png").body())
        .contains("\"loc\":[\"body\"]").contains("GIF is not read. Send it as PNG, JPEG or WebP.");
    assertThat(api.post(ROUTE, "{\"image\":\"task:1\"}").body()).contains("\"loc\":[\"body\",\"image\"]")
        .contains("image should be a data URL of a PNG, JPEG or WebP picture in base64");
    assertThat(form("picture").body()).contains("send one picture, as the file image of the form");
    assertThat(verify(api, png, "text/plain").status()).isEqualTo(415);
    assertThat(verify(api, new byte[21 << 20], "image/png").status()).isEqualTo(413);
  }

  private JsonObject match(JsonObject origin, String madeHere) {
    assertThat(origin.getString("made_here")).isEqualTo(madeHere);
    return origin.getJsonArray("matches").getValuesAs(JsonObject.class).stream().filter(each -> each.getString("task_id").equals(task))
        .findFirst().orElseThrow();
  }

  private JsonObject verify(byte[] file, String type) {
    return verify(api, file, type).json();
  }

  private static Answer verify(Api caller, byte[] file, String type) {
    return caller.send("POST", ROUTE, BodyPublishers.ofByteArray(file), "Content-Type", type);
  }

  private Answer form(String field) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(("--x\r\nContent-Disposition: form-data; name=\"" + field + "\"; filename=\"star.png\"\r\nContent-Type: image/png\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(png);
    body.writeBytes("\r\n--x--\r\n".getBytes(StandardCharsets.US_ASCII));
    return api.send("POST", ROUTE, BodyPublishers.ofByteArray(body.toByteArray()), "Content-Type", "multipart/form-data; boundary=x");
  }

  private JsonObject byMcp(String dataUrl) {
    Answer answer = api.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"verify_image\","
        + "\"arguments\":{\"image\":\"" + dataUrl + "\"}}}");
    try (JsonReader reader = Json.createReader(new StringReader(answer.body().replaceFirst("^data: ", "")))) {
      return reader.readObject().getJsonObject("result").getJsonObject("structuredContent");
    }
  }

  private static byte[] jpeg(Picture picture) throws IOException {
    BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    byte[] rgb = picture.rgb();
    for (int i = 0; i < rgb.length / 3; i++) {
      image.setRGB(i % picture.width(), i / picture.width(),
          (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", file);
    return file.toByteArray();
  }
}

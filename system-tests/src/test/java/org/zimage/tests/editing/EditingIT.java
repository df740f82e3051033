package org.zimage.tests.editing;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.Doors;
import org.zimage.tests.caller.Drawings;
import org.zimage.tests.caller.Event;
import org.zimage.tests.caller.PngFile;
import org.zimage.tests.system.SharedSystem;

/** Pictures that are made from a picture, or by repainting a part of one. */
@ExtendWith(SharedSystem.class)
class EditingIT {
  private static final int SIDE = 128;
  private static final BufferedImage GREEN_ON_BLUE = Drawings.square(SIDE, SIDE, Color.BLUE, Color.GREEN);
  /** The right half; its edge is soft to both sides of 80. */
  private static final BufferedImage RIGHT = Drawings.mask(SIDE, SIDE, new Rectangle(80, 0, 48, SIDE));

  private final Api api;
  private final Broker broker;

  EditingIT(Api api, Broker broker) {
    this.api = api;
    this.broker = broker;
  }

  @Test
  void theSameEditIsTheSamePictureThroughEveryDoor() throws Exception {
    JsonObject first = api.awaitResult(api.generate(edit().build().toString()));

    JsonObject byText = new Doors(api, broker).byMessage(edit().build().toString());
    for (JsonObject other : List.of(byText, byBytesMessage(edit().build()), byMcp(edit().build()))) {
      assertThat(Drawings.pixels(api.picture(other))).isEqualTo(Drawings.pixels(api.picture(first)));
      assertThat(other.getString("image")).isEqualTo(first.getString("image"));
    }
  }

  /** As long as ZIMAGE_MAX_INPUT_BYTES lets it be, 20 MiB. */
  @Test
  void aMessageMayBeAsLongAsARequestByHttp() throws JMSException {
    JsonObject request = edit().add("image", Drawings.dataUrl(Drawings.noise(2240, 2240))).add("width", 64).add("height", 64).build();
    assertThat(request.toString().length()).isBetween(19 << 20, 20 << 20);

    assertThat(byBytesMessage(request).getString("image")).startsWith("sha256:");
  }

  @Test
  void outsideTheMaskEveryPixelStaysAndInsideItChanges() {
    JsonObject result = api.awaitResult(api.generate(edit().add("mask_image", Drawings.dataUrl(RIGHT)).build().toString()));

    BufferedImage picture = api.picture(result);
    int[] kept = GREEN_ON_BLUE.getRGB(0, 0, 64, SIDE, null, 0, 64);
    assertThat(picture.getRGB(0, 0, 64, SIDE, null, 0, 64)).isEqualTo(kept);
    assertThat(picture.getRGB(100, 0, 28, SIDE, null, 0, 28)).isNotEqualTo(GREEN_ON_BLUE.getRGB(100, 0, 28, SIDE, null, 0, 28));
  }

  @Test
  void aBlackMaskGivesThePictureBack() {
    BufferedImage nothing = Drawings.mask(SIDE, SIDE, new Rectangle());

    JsonObject result = api.awaitResult(api.generate(edit().add("mask_image", Drawings.dataUrl(nothing)).build().toString()));

    assertThat(Drawings.pixels(api.picture(result))).isEqualTo(Drawings.pixels(GREEN_ON_BLUE));
  }

  @Test
  void aFinishedTaskIsAPictureToStartFrom() {
    String task = api.generate(
        "{\"prompt\":\"a red circle\",\"width\":192,\"height\":128,\"num_inference_steps\":2,\"seed\":1}");
    api.awaitResult(task);

    JsonObject result = api.awaitResult(api.generate(
        "{\"prompt\":\"a blue circle\",\"num_inference_steps\":4,\"strength\":0.5,\"image\":\"task:" + task + "\"}"));

    assertThat(result.getInt("width")).isEqualTo(192);
    assertThat(result.getInt("height")).isEqualTo(128);
    assertThat(result.getString("image")).isEqualTo("task:" + task);
    assertThat(result.getJsonNumber("strength").doubleValue()).isEqualTo(0.5);
  }

  @Test
  void resultAndFileTellOfThePictureByItsHash() throws IOException {
    JsonObject result = api.awaitResult(api.generate(
        edit().add("mask_image", Drawings.dataUrl(RIGHT)).add("preserve_unmasked", false).build().toString()));

    assertThat(result.getString("image")).matches("sha256:[0-9a-f]{64}");
    assertThat(result.getString("mask_image")).matches("sha256:[0-9a-f]{64}").isNotEqualTo(result.getString("image"));
    assertThat(result.getBoolean("preserve_unmasked")).isFalse();
    assertThat(PngFile.texts(api.get("/generated-images/" + result.getString("relative_path")).bytes()))
        .containsEntry("image", result.getString("image")).containsEntry("mask_image", result.getString("mask_image"))
        .containsEntry("strength", "0.75").containsEntry("preserve_unmasked", "false");
  }

  @ParameterizedTest
  @CsvSource({"96, 160, 96, 160", "32, 16, 128, 64", "4000, 2000, 2048, 1024", "3000, 100, 2048, 68"})
  void withoutASizeThePictureHasTheInputs(int width, int height, int expectedWidth, int expectedHeight) {
    JsonObject asked = Json.createObjectBuilder().add("prompt", "a red circle").add("num_inference_steps", 1).add("strength", 1)
        .add("image", Drawings.dataUrl(Drawings.square(width, height, Color.WHITE, Color.RED))).build();

    String task = api.generate(asked.toString());
    api.cancel(task);

    JsonObject item = api.get("/v1/history/" + batchOf(task)).json().getJsonArray("items").getJsonObject(0);
    assertThat(item.getInt("width")).isEqualTo(expectedWidth);
    assertThat(item.getInt("height")).isEqualTo(expectedHeight);
  }

  @Test
  void whatATaskBeganWithIsItsOwnersAlone() throws IOException {
    String task = api.generate(edit().add("mask_image", Drawings.dataUrl(RIGHT)).build().toString());
    String inputs = "/v1/tasks/" + task + "/inputs/";

    Answer image = api.get(inputs + "image");
    assertThat(image.status()).isEqualTo(200);
    assertThat(image.header("Content-Type")).isEqualTo("image/png");
    assertThat(Drawings.pixels(ImageIO.read(new ByteArrayInputStream(image.bytes())))).isEqualTo(Drawings.pixels(GREEN_ON_BLUE));
    assertThat(Drawings.pixels(ImageIO.read(new ByteArrayInputStream(api.get(inputs + "mask_image").bytes())))).isEqualTo(Drawings.pixels(RIGHT));

    assertThat(api.as(null).get(inputs + "image").status()).isEqualTo(401);
    assertThat(api.as(api.otherKey()).get(inputs + "image").status()).isEqualTo(403);
    assertThat(api.get(inputs + "strength").status()).isEqualTo(404);
    api.awaitEnd(task);
  }

  @Test
  void whatATaskBeganWithGoesWithItsBatch() {
    String task = api.generate(edit().build().toString());
    api.awaitResult(task);

    api.send("DELETE", "/v1/history/" + batchOf(task), BodyPublishers.noBody());

    assertThat(api.get("/v1/tasks/" + task + "/inputs/image").status()).isEqualTo(404);
  }

  @Test
  void theSameRequestWithItsKeyIsTheSameTaskAndAnotherPictureIsNot() {
    String key = "edit-" + UUID.randomUUID();
    String other = edit().add("image", Drawings.dataUrl(RIGHT)).build().toString();

    Answer first = api.post("/v1/images/generate", edit().build().toString(), "Idempotency-Key", key);
    Answer again = api.post("/v1/images/generate", edit().build().toString(), "Idempotency-Key", key);
    Answer different = api.post("/v1/images/generate", other, "Idempotency-Key", key);

    assertThat(again.json().getString("task_id")).isEqualTo(first.json().getString("task_id"));
    assertThat(different.status()).isEqualTo(422);
    api.cancel(first.json().getString("task_id"));
  }

  @Test
  void aPictureIsShownWhileItGrowsToWhoeverAsksForIt() {
    String task = api.generate("{\"prompt\":\"a red circle\",\"width\":512,\"height\":512,\"num_inference_steps\":30}");

    List<Event> events = api.eventsWithPreviews(task);

    List<JsonObject> previews = events.stream().filter(event -> event.name().equals("preview")).map(Event::json).toList();
    assertThat(previews).isNotEmpty();
    assertThat(previews).extracting(preview -> preview.getInt("step")).isSorted();
    JsonObject last = previews.get(previews.size() - 1);
    assertThat(last.getInt("steps")).isEqualTo(30);
    assertThat(last.getString("task_id")).isEqualTo(task);
    assertThat(last.getString("image")).startsWith("data:image/webp;base64,");
    assertThat(events.get(events.size() - 1).name()).isEqualTo("done");
  }

  @Test
  void nobodyElseIsShownPreviews() {
    String task = api.generate("{\"prompt\":\"a red circle\",\"width\":256,\"height\":256,\"num_inference_steps\":9}");

    assertThat(api.events(task)).extracting(Event::name).doesNotContain("preview");
  }

  private static JsonObjectBuilder edit() {
    return Json.createObjectBuilder().add("prompt", "a red circle on a white background").add("seed", 5)
        .add("num_inference_steps", 4).add("strength", 0.75).add("image", Drawings.dataUrl(GREEN_ON_BLUE));
  }

  private JsonObject byBytesMessage(JsonObject request) throws JMSException {
    try (JMSContext context = broker.connect()) {
      BytesMessage message = context.createBytesMessage();
      message.writeBytes(request.toString().getBytes(StandardCharsets.UTF_8));
      return new Doors(api, broker).byMessage(context, message);
    }
  }

  private JsonObject byMcp(JsonObject arguments) {
    JsonObject call = Json.createObjectBuilder().add("jsonrpc", "2.0").add("id", 1).add("method", "tools/call")
        .add("params", Json.createObjectBuilder().add("name", "edit_image").add("arguments", arguments)).build();
    String answer = api.post("/mcp", call.toString()).body();
    JsonObject message = Json.createReader(new StringReader(answer.replaceFirst("^data: ", ""))).readObject();
    return api.awaitResult(message.getJsonObject("result").getJsonObject("structuredContent").getJsonArray("pictures")
        .getJsonObject(0).getString("task_id"));
  }

  private String batchOf(String task) {
    return api.history("?limit=20").getValuesAs(JsonObject.class).stream().map(batch -> batch.getString("task_id"))
        .filter(batch -> api.get("/v1/history/" + batch).json().getJsonArray("items").getValuesAs(JsonObject.class).stream()
            .map(item -> item.getJsonString("task_id")).map(JsonString::getString).anyMatch(task::equals))
        .findFirst().orElseThrow();
  }
}

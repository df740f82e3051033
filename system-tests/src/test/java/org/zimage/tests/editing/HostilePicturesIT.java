package org.zimage.tests.editing;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Drawings;
import org.zimage.tests.system.SharedSystem;

/** What a request may not begin with. Which files are read, and how, is tested beside the reader. */
@ExtendWith(SharedSystem.class)
class HostilePicturesIT {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final String PICTURE = Drawings.dataUrl(Drawings.square(64, 64, Color.WHITE, Color.RED));

  private final Api api;

  HostilePicturesIT(Api api) {
    this.api = api;
  }

  static Stream<Arguments> refused() throws IOException {
    byte[] whole = Drawings.file(Drawings.square(64, 64, Color.WHITE, Color.RED), "png");
    return Stream.of(
        Arguments.of("no picture", "image", Drawings.dataUrl("png", "hello".getBytes(StandardCharsets.UTF_8)), "Send it as PNG, JPEG or WebP"),
        Arguments.of("nothing", "image", "data:image/png;base64,", "Send it as PNG, JPEG or WebP"),
        Arguments.of("cut off", "image", Drawings.dataUrl("png", Arrays.copyOf(whole, whole.length / 2)), "Send all of it"),
        Arguments.of("a bomb", "image", Drawings.dataUrl("png", bomb(30_000)), "30000"),
        Arguments.of("no base64", "image", "data:image/png;base64,####", "should be a data URL"),
        Arguments.of("an address", "image", "https://example.com/picture.png", "should be a data URL"),
        Arguments.of("a file", "image", "file:///etc/passwd", "should be a data URL"),
        Arguments.of("a hash of somebody's picture", "image", "sha256:" + "a".repeat(64), "did not come with the request"),
        Arguments.of("a number", "image", 7, "should be a data URL"),
        Arguments.of("a task that is none", "image", "task:" + UUID.randomUUID(), "name a finished task of yours"),
        Arguments.of("a mask that is none", "mask_image", Drawings.dataUrl("png", new byte[100]), "Send it as PNG, JPEG or WebP"),
        Arguments.of("strength of nothing", "strength", 0, "ask for more strength"),
        Arguments.of("too much strength", "strength", 1.5, "less than or equal to 1"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void isRefusedByTheNameOfItsFieldWithTheRemedy(String what, String field, Object value, String remedy) {
    String prompt = "refused " + UUID.randomUUID();
    JsonObject request = Json.createObjectBuilder().add("prompt", prompt).add("image", PICTURE).addAll(Json.createObjectBuilder(
        Map.of(field, value))).build();

    Answer answer = api.post("/v1/images/generate", request.toString());

    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    JsonObject problem = answer.json().getJsonArray("detail").getJsonObject(0);
    assertThat(problem.getJsonArray("loc").getString(1)).isEqualTo(field);
    assertThat(problem.getString("msg")).contains(remedy);
    assertThat(api.history("?q=" + prompt.substring(8))).isEmpty();
  }

  @Test
  void anothersPictureIsNoPictureToStartFrom() {
    String task = api.as(api.otherKey()).generate("{\"prompt\":\"mine\",\"width\":64,\"height\":64,\"num_inference_steps\":1}");
    api.as(api.otherKey()).awaitResult(task);

    Answer answer = api.post("/v1/images/generate", "{\"prompt\":\"x\",\"image\":\"task:" + task + "\"}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).contains("name a finished task of yours");
  }

  @Test
  void aTaskThatDrewNothingIsNoPictureToStartFrom() {
    String task = api.generate("{\"prompt\":\"never\",\"num_inference_steps\":50,\"width\":2048,\"height\":2048}");
    api.cancel(task);
    api.awaitEnd(task);

    Answer answer = api.post("/v1/images/generate", "{\"prompt\":\"x\",\"image\":\"task:" + task + "\"}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().getJsonArray("detail").getJsonObject(0).getJsonArray("loc").getString(1)).isEqualTo("image");
  }

  @Test
  void moreThanMayBeSentIsRefusedWithTheLimit() {
    String request = "{\"prompt\":\"x\",\"image\":\"data:image/png;base64," + "A".repeat(21 << 20) + "\"}";

    Answer answer = api.post("/v1/images/generate", request);

    assertThat(answer.status()).as(answer.body()).isEqualTo(413);
    assertThat(answer.body()).contains("20971520");
  }

  @Test
  void aMaskOfAnotherSizeIsBroughtToThePictures() {
    BufferedImage mask = Drawings.mask(200, 50, new Rectangle(0, 0, 200, 50));
    JsonObject request = Json.createObjectBuilder().add("prompt", "a red circle").add("num_inference_steps", 1).add("image", PICTURE)
        .add("mask_image", Drawings.dataUrl(mask)).build();

    assertThat(api.awaitResult(api.generate(request.toString())).getInt("width")).isEqualTo(64);
  }

  /** A PNG that is far larger than its file: its header is true, its pixels are black. */
  private static byte[] bomb(int side) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(SIGNATURE);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(header)) {
      out.writeInt(side);
      out.writeInt(side);
      out.write(new byte[] {8, 2, 0, 0, 0});
    }
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflated = new DeflaterOutputStream(pixels)) {
      byte[] rows = new byte[1 << 20];
      for (int i = 0; i < 16; i++) {
        deflated.write(rows);
      }
    }
    chunk(file, "IHDR", header.toByteArray());
    chunk(file, "IDAT", pixels.toByteArray());
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] content) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(content);
    DataOutputStream out = new DataOutputStream(file);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) checksum.getValue());
  }
}

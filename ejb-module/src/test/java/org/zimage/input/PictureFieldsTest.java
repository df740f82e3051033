package org.zimage.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.request.JsonText;

class PictureFieldsTest {
  private final Uploads uploads = new Uploads();

  @AfterEach
  void close() {
    uploads.close();
  }

  @Test
  void takesAPictureOutAndLeavesItsHash() throws IOException {
    byte[] picture = {1, 2, 3, 4, 5};

    String json = take("{\"prompt\":\"a\",\"image\":\"" + dataUrl(picture) + "\",\"seed\":1}", 1);

    String name = "sha256:74f81fe167d99b4cb41d6d0ccda82278caee9f3e2f25d5e5a3936ff3dcec60d0";
    assertEquals("{\"prompt\":\"a\",\"image\":\"" + name + "\",\"seed\":1}", json);
    assertArrayEquals(picture, bytes(name));
  }

  @Test
  void takesPicturesOfAnySize() throws IOException {
    byte[] picture = new byte[20 << 20];
    new Random(1).nextBytes(picture);

    String json = take("{\"image\":\"" + dataUrl(picture) + "\"}", 1);

    assertArrayEquals(picture, bytes(json.substring(10, json.length() - 2)));
  }

  @Test
  void aFileThatCannotBeWrittenIsNotTakenForAPictureThatIsNoBase64() {
    String json = "{\"image\":\"" + dataUrl(new byte[1 << 20]) + "\"}";
    Thread.currentThread().interrupt(); // what is written to a file fails then
    try {
      assertThrows(ClosedByInterruptException.class, () -> take(json, 1));
    } finally {
      Thread.interrupted();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"AQID\\/w==", "AQID\\n/w==", "AQID/w=="})
  void readsBase64AsProgramsEscapeAndBreakIt(String base64) throws IOException {
    String json = take("{\"image\" : \"data:image/png;base64," + base64 + "\"}", 1);

    assertArrayEquals(new byte[] {1, 2, 3, -1}, bytes(json.substring(12, json.length() - 2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "{\"image\":\"task:0123\"}",
      "{\"image\":\"data:text/plain;base64,AQID\"}",
      "{\"image\":\"data:image/png,AQID\"}",
      "{\"image\":\"d\\u0061ta\"}",
      "{\"image\":\"\"}",
      "{\"image\":null,\"mask_image\":7}",
      "{\"metadata\":{\"image\":\"data:image/png;base64,AQID\"}}",
      "{\"prompt\":\"data:image/png;base64,AQID\"}",
      "[\"image\",\"data:image/png;base64,AQID\"]",
      "{\"image\":[\"data:image/png;base64,AQID\"]}",
      "{\"a\\\"b\":\"\\\\\",\"c\":[{},{\"image\":1}]}",
      "{\"image\":\"data:image/png;base6", "{\"image\"", "{\"image\":\"", "}}]{\"", ""})
  void leavesEverythingElseAsItIs(String json) throws IOException {
    assertEquals(json, take(json, 1));
  }

  @Test
  void leavesOfWhatIsNoBase64ItsHead() throws IOException {
    assertEquals("{\"image\":\"data:image/png;base64,\",\"seed\":1}", take("{\"image\":\"data:image/png;base64,A!QID\",\"seed\":1}", 1));
  }

  @Test
  void findsPicturesOfArgumentsToo() throws IOException {
    String json = take("[{\"params\":{\"arguments\":{\"mask_image\":\"" + dataUrl(new byte[] {7}) + "\"}}}]", 3);

    assertTrue(json.startsWith("[{\"params\":{\"arguments\":{\"mask_image\":\"sha256:"), json);
  }

  @Test
  void stopsBehindTheLargestRequest() throws IOException {
    String json = take("{\"prompt\":\"" + "x".repeat(3 * JsonText.MAX_BYTES), 1);

    assertEquals(JsonText.MAX_BYTES + 1, json.length());
  }

  @Test
  void knowsNothingThatDidNotCome() {
    assertTrue(uploads.open("sha256:00").isEmpty());
  }

  private String take(String json, int level) throws IOException {
    byte[] rest = PictureFields.take(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), level, uploads);
    return new String(rest, StandardCharsets.UTF_8);
  }

  private byte[] bytes(String name) throws IOException {
    try (InputStream in = uploads.open(name).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  private static String dataUrl(byte[] picture) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(picture);
  }
}

package org.zimage.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.zimage.json.JsonLibrary.JSON;

import com.code_intelligence.jazzer.junit.FuzzTest;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.zimage.error.InvalidRequest;
import org.zimage.request.JsonText;

/** Requests whose pictures are taken out of them while they arrive: the rest says what it said before. */
class PictureFieldsFuzzTest {
  @FuzzTest
  void body(byte[] utf8) throws IOException {
    JsonValue whole;
    try {
      whole = JsonText.parse(JsonText.decode(utf8));
    } catch (InvalidRequest noJson) {
      read(utf8);
      return;
    }
    JsonValue taken = read(utf8);

    assertThat(withoutPictures(taken)).isEqualTo(withoutPictures(whole));
  }

  private static JsonValue read(byte[] utf8) throws IOException {
    try (Uploads uploads = new Uploads()) {
      return PictureFields.read(new ByteArrayInputStream(utf8), 1, uploads);
    } catch (InvalidRequest noJson) {
      return null;
    }
  }

  /** Other texts stand in their stead; nobody reads what is no object. */
  private static JsonValue withoutPictures(JsonValue value) {
    return value instanceof JsonObject object ? JSON.createObjectBuilder(object).remove("image").remove("mask_image").build()
        : JsonValue.NULL;
  }

  @FuzzTest
  void picture(byte[] text) throws IOException {
    String base64 = new String(text, StandardCharsets.ISO_8859_1).replaceAll("[^A-Za-z0-9+/=]", "");
    String json = "{\"image\":\"data:image/png;base64," + base64 + "\"}";
    JsonValue taken = read(json.getBytes(StandardCharsets.UTF_8));

    assertThat(taken.asJsonObject().getString("image")).matches("sha256:[0-9a-f]{64}|data:image/png;base64,");
  }
}

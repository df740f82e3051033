package org.zimage.pipeline;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zimage.picture.Picture;

/** The checkpoint that ships with the project, against pictures that diffusers drew with it. */
class NanoPicturesTest {
  static Stream<JsonObject> pictures() {
    return Fixtures.json("nano-goldens/goldens.json").asJsonObject().getJsonArray("cases").stream().map(JsonValue::asJsonObject);
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void drawsTheReferencesPicture(JsonObject golden) throws IOException {
    Sampling sampling = Sampling.of(golden.getString("prompt"), golden.getJsonNumber("seed").longValue())
        .withSize(golden.getInt("width"), golden.getInt("height")).withSteps(golden.getInt("num_inference_steps"));

    Picture picture = Fixtures.model("z-image-nano").generate(sampling, StepListener.NONE);

    // A real picture has edges, where a rounding in the latents moves more than one value: hence the wider limits.
    Closeness.assertSamePicture(picture.rgb(), rgb(golden.getString("name")), 0.995, 8);
  }

  private static byte[] rgb(String name) throws IOException {
    BufferedImage image = ImageIO.read(Fixtures.FOLDER.resolve("nano-goldens/" + name + ".png").toFile());
    byte[] bytes = new byte[image.getWidth() * image.getHeight() * 3];
    int next = 0;
    for (int argb : image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth())) {
      bytes[next++] = (byte) (argb >> 16);
      bytes[next++] = (byte) (argb >> 8);
      bytes[next++] = (byte) argb;
    }
    return bytes;
  }
}

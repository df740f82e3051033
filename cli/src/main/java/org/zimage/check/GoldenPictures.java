package org.zimage.check;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.zimage.picture.Picture;
import org.zimage.picture.decoding.PictureReader;
import org.zimage.pipeline.PictureDifference;
import org.zimage.pipeline.Sampling;
import org.zimage.pipeline.StepListener;
import org.zimage.pipeline.ZImageModel;

/**
 * Pictures that diffusers drew with z-image-nano in float32, to be drawn again.
 *
 * @param folder with {@code goldens.json}, which says how each was asked for, and one PNG for each that is compared
 */
record GoldenPictures(Path folder) {
  /**
   * The share of values that may differ by 1 at most. Roundings in the latents move more than one value where a picture has edges;
   * the tests of the pipeline allow as much.
   */
  private static final double SHARE_WITHIN_ONE = 0.995;
  private static final int MAX_DIFFERENCE = 8;

  Finding compared(ZImageModel nano) throws IOException {
    double share = 1;
    int furthest = 0;
    List<JsonObject> cases = cases();
    for (JsonObject golden : cases) {
      Picture drawn = nano.generate(Sampling.of(golden.getString("prompt"), golden.getJsonNumber("seed").longValue())
          .withSize(golden.getInt("width"), golden.getInt("height")).withSteps(golden.getInt("num_inference_steps")), StepListener.NONE);
      PictureDifference difference = PictureDifference.between(drawn.rgb(), PictureReader.read(Files.readAllBytes(png(golden))).rgb());
      share = Math.min(share, difference.shareWithinOne());
      furthest = Math.max(furthest, difference.furthest());
    }
    String found = String.format("%d of z-image-nano: at least %.2f %% of the values within 1 of diffusers', none further than %d of 255",
        cases.size(), 100 * share, furthest);
    return Finding.that(share >= SHARE_WITHIN_ONE && furthest <= MAX_DIFFERENCE, "golden pictures", found,
        "this machine computes something else than it should: look for overclocking and failing memory, and tell us its processor");
  }

  private List<JsonObject> cases() throws IOException {
    try (JsonReader reader = Json.createReader(Files.newInputStream(folder.resolve("goldens.json")))) {
      return reader.readObject().getJsonArray("cases").getValuesAs(JsonObject.class).stream()
          .filter(golden -> Files.exists(png(golden))).toList();
    }
  }

  private Path png(JsonObject golden) {
    return folder.resolve(golden.getString("name") + ".png");
  }
}

package org.zimage.picture.credentials;

import java.util.Map;
import org.zimage.picture.encoding.EncodedPicture;
import org.zimage.picture.encoding.WebpWriter;
import org.zimage.picture.marking.DigitalSourceType;
import org.zimage.picture.marking.Marks;

/** Pictures as files, with texts and marks in them. */
final class TestFiles {
  private static final Marks MARKS = new Marks(DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA, null);

  private TestFiles() { }

  static byte[] png(int width, int height) {
    return marked(width, height).png();
  }

  static byte[] webp(int width, int height) {
    return WebpWriter.write(width, height, gradient(width, height));
  }

  /** In the extended format. */
  static byte[] webpWithXmp(int width, int height) {
    return marked(width, height).webp();
  }

  private static EncodedPicture marked(int width, int height) {
    return EncodedPicture.of(width, height, gradient(width, height), Map.of("prompt", "a café"), MARKS);
  }

  private static byte[] gradient(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3 % width + i / 3 / width * (i % 3));
    }
    return rgb;
  }
}

package org.zimage.pipeline;

import java.util.Arrays;
import org.zimage.model.Canvas;

/**
 * Which pixels of a picture are painted anew: those of at least half brightness, 128 of 255. The others are kept.
 *
 * @param grey row by row from the top, a byte a pixel
 */
public record Mask(int width, int height, byte[] grey) {
  private static final int REPAINTED = 128;

  public Mask {
    if (grey.length != width * height) {
      throw new IllegalArgumentException("a mask of " + width + "x" + height + " has " + width * height + " bytes (got "
          + grey.length + ")");
    }
  }

  /** Everything is painted anew. */
  public static Mask everything(int width, int height) {
    byte[] white = new byte[width * height];
    Arrays.fill(white, (byte) 255);
    return new Mask(width, height, white);
  }

  /**
   * For each place of the latents, row by row, whether it is painted anew. A place takes the first of its pixels, as PyTorch's
   * {@code interpolate(mode="nearest")} does. Outside of the picture, on its canvas, the nearest pixel of the mask counts.
   */
  boolean[] atLatents(Canvas canvas) {
    Margins margins = Margins.of(width, height, canvas.width(), canvas.height());
    boolean[] repainted = new boolean[canvas.latentRows() * canvas.latentColumns()];
    int place = 0;
    for (int row = 0; row < canvas.latentRows(); row++) {
      for (int column = 0; column < canvas.latentColumns(); column++) {
        int pixel = margins.nearest(column * canvas.scale(), row * canvas.scale());
        repainted[place++] = (grey[pixel] & 0xff) >= REPAINTED;
      }
    }
    return repainted;
  }
}

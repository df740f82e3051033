package org.zimage.model;

/**
 * The canvas of a picture: the smallest size of the model that contains the picture.
 *
 * @param latentRows of the latents
 */
public record Canvas(int channels, int latentRows, int latentColumns, int scale) {
  private static final int PATCH_LATENTS = 2;

  public static Canvas holding(int width, int height, ModelManifest manifest) {
    return new Canvas(manifest.latentChannels(), PATCH_LATENTS * roundedUp(height, manifest.canvasMultiple()) / manifest.canvasMultiple(),
        PATCH_LATENTS * roundedUp(width, manifest.canvasMultiple()) / manifest.canvasMultiple(), manifest.latentScale());
  }

  public static int roundedUp(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }

  public int latentCount() {
    return channels * latentRows * latentColumns;
  }

  public int tokenRows() {
    return latentRows / PATCH_LATENTS;
  }

  public int tokenColumns() {
    return latentColumns / PATCH_LATENTS;
  }

  public int paddedTokens() {
    return roundedUp(tokenRows() * tokenColumns(), ModelManifest.TOKEN_MULTIPLE);
  }

  public int width() {
    return latentColumns * scale;
  }

  public int height() {
    return latentRows * scale;
  }
}

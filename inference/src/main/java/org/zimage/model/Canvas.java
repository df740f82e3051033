package org.zimage.model;

/**
 * Where a picture is drawn: the smallest size of the model that holds it.
 *
 * @param latentRows of the latents
 */
public record Canvas(int channels, int latentRows, int latentColumns, int scale) {
  private static final int PATCH = 2;

  public static Canvas holding(int width, int height, ModelCard card) {
    return new Canvas(card.latentChannels(), PATCH * roundedUp(height, card.canvasMultiple()) / card.canvasMultiple(),
        PATCH * roundedUp(width, card.canvasMultiple()) / card.canvasMultiple(), card.latentScale());
  }

  public static int roundedUp(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }

  public int latentCount() {
    return channels * latentRows * latentColumns;
  }

  public int tokenRows() {
    return latentRows / PATCH;
  }

  public int tokenColumns() {
    return latentColumns / PATCH;
  }

  public int paddedTokens() {
    return roundedUp(tokenRows() * tokenColumns(), ModelCard.TOKEN_MULTIPLE);
  }

  public int width() {
    return latentColumns * scale;
  }

  public int height() {
    return latentRows * scale;
  }
}

package org.zimage.pipeline;

import org.zimage.model.ModelCard;

/**
 * Where a picture is drawn: the smallest size of the model that holds it.
 *
 * @param latentRows of the latents
 */
record Canvas(int channels, int latentRows, int latentColumns, int scale) {
  private static final int PATCH = 2;

  static Canvas holding(int width, int height, ModelCard card) {
    return new Canvas(card.latentChannels(), PATCH * roundedUp(height, card.canvasMultiple()) / card.canvasMultiple(),
        PATCH * roundedUp(width, card.canvasMultiple()) / card.canvasMultiple(), card.latentScale());
  }

  static int roundedUp(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }

  int latentCount() {
    return channels * latentRows * latentColumns;
  }

  int tokenRows() {
    return latentRows / PATCH;
  }

  int tokenColumns() {
    return latentColumns / PATCH;
  }

  int paddedTokens() {
    return roundedUp(tokenRows() * tokenColumns(), ModelCard.TOKEN_MULTIPLE);
  }

  int width() {
    return latentColumns * scale;
  }

  int height() {
    return latentRows * scale;
  }
}

package org.zimage.pipeline;

import java.util.Map;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;
import org.zimage.model.Canvas;
import org.zimage.model.ModelManifest;
import org.zimage.pipeline.network.Network;

/**
 * A prompt in the form that the transformer takes at each step: its refined tokens, and the rotary table of all tokens of one
 * canvas. Owns native tensors; the generation closes it.
 */
final class Caption implements AutoCloseable {
  private final Network.Outputs refined;
  private final RotaryTable rotary;

  private Caption(Network.Outputs refined, RotaryTable rotary) {
    this.refined = refined;
    this.rotary = rotary;
  }

  static Caption refine(TFloat32 embeddings, Canvas canvas, Transformer transformer, ModelManifest manifest) {
    int padded = Canvas.roundedUp((int) embeddings.shape().get(0), ModelManifest.TOKEN_MULTIPLE);
    Network.Outputs refined;
    try (RotaryTable own = RotaryTable.ofCaption(padded, manifest.axesDims(), manifest.ropeTheta())) {
      refined = transformer.call("refine", Map.of("embeddings", embeddings, "cos", own.cos(), "sin", own.sin()), "caption");
    }
    return new Caption(refined, RotaryTable.ofImageAndCaption(canvas.tokenRows(), canvas.tokenColumns(), canvas.paddedTokens(),
        padded, manifest.axesDims(), manifest.ropeTheta()));
  }

  /** [padded tokens, dim], in the model's type. */
  Tensor tokens() {
    return refined.get("caption");
  }

  RotaryTable rotary() {
    return rotary;
  }

  @Override
  public void close() {
    refined.close();
    rotary.close();
  }
}

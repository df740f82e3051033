package org.zimage.pipeline;

/** The step listener asked to stop; nothing is wrong with the model. */
public class GenerationCancelled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public GenerationCancelled(int step, int steps) {
    super("cancelled after step " + step + " of " + steps);
  }
}

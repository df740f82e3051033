package org.zimage.pipeline;

import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * The cosines and sines that tell attention the positions of tokens. Computed once for a generation and fed at every step. Owns two
 * native tensors; the generation closes it.
 */
final class RotaryTable implements AutoCloseable {
  private final TFloat32 cos;
  private final TFloat32 sin;

  private RotaryTable(float[] angles, Shape shape) {
    float[] cosines = new float[angles.length];
    float[] sines = new float[angles.length];
    for (int i = 0; i < angles.length; i++) {
      cosines[i] = (float) Math.cos(angles[i]);
      sines[i] = (float) Math.sin(angles[i]);
    }
    cos = TFloat32.tensorOf(shape, DataBuffers.of(cosines, true, false));
    sin = TFloat32.tensorOf(shape, DataBuffers.of(sines, true, false));
  }

  TFloat32 cos() {
    return cos;
  }

  TFloat32 sin() {
    return sin;
  }

  /** For a text of that many tokens, [tokens, headDim / 2]; frequencies and angles in float32, as transformers computes them. */
  static RotaryTable ofText(int tokens, int headDim, double theta) {
    int pairs = headDim / 2;
    float[] angles = new float[tokens * pairs];
    for (int pair = 0; pair < pairs; pair++) {
      float frequency = (float) (1 / Math.pow(theta, 2.0 * pair / headDim));
      for (int token = 0; token < tokens; token++) {
        angles[token * pairs + pair] = token * frequency;
      }
    }
    return new RotaryTable(angles, Shape.of(tokens, pairs));
  }

  /** For the padded tokens of a caption: they stand at (1, 0, 0), (2, 0, 0), … [tokens, 1, headDim / 2]. */
  static RotaryTable ofCaption(int paddedTokens, int[] axesDims, double theta) {
    Axes axes = new Axes(axesDims, theta, paddedTokens);
    axes.addCaption(paddedTokens);
    return axes.table();
  }

  /**
   * For the tokens of a picture and, behind them, of its caption: the picture's stand at (caption tokens + 1, row, column), its
   * padding at (0, 0, 0). [image tokens padded + caption tokens padded, 1, headDim / 2].
   */
  static RotaryTable ofImageAndCaption(int rows, int columns, int paddedImageTokens, int paddedCaptionTokens, int[] axesDims,
      double theta) {
    Axes axes = new Axes(axesDims, theta, paddedImageTokens + paddedCaptionTokens);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        axes.add(paddedCaptionTokens + 1, row, column);
      }
    }
    for (int padding = rows * columns; padding < paddedImageTokens; padding++) {
      axes.add(0, 0, 0);
    }
    axes.addCaption(paddedCaptionTokens);
    return axes.table();
  }

  /** Angles in float64, rounded to float32 before cosine and sine, as diffusers' RopeEmbedder does. */
  private static final class Axes {
    private final double[][] frequencies;
    private final int pairs;
    private final float[] angles;
    private int next;

    Axes(int[] dims, double theta, int tokens) {
      frequencies = new double[dims.length][];
      int sum = 0;
      for (int axis = 0; axis < dims.length; axis++) {
        frequencies[axis] = new double[dims[axis] / 2];
        for (int pair = 0; pair < frequencies[axis].length; pair++) {
          frequencies[axis][pair] = 1 / Math.pow(theta, 2.0 * pair / dims[axis]);
        }
        sum += frequencies[axis].length;
      }
      pairs = sum;
      angles = new float[tokens * pairs];
    }

    void add(int... position) {
      for (int axis = 0; axis < position.length; axis++) {
        for (double frequency : frequencies[axis]) {
          angles[next++] = (float) (position[axis] * frequency);
        }
      }
    }

    void addCaption(int tokens) {
      for (int token = 0; token < tokens; token++) {
        add(1 + token, 0, 0);
      }
    }

    RotaryTable table() {
      return new RotaryTable(angles, Shape.of(angles.length / pairs, 1, pairs));
    }
  }

  @Override
  public void close() {
    cos.close();
    sin.close();
  }
}

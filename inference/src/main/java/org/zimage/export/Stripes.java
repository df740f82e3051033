package org.zimage.export;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Takes pictures [1, height, width, channels] as stripes of rows, one after the other, or whole where there is one stripe.
 *
 * @param count of a picture
 */
record Stripes<T extends TFloating>(Layers<T> layers, int count) {
  /** Which of the rows beside a stripe lie outside of the picture, where convolutions see zeros. */
  enum Edges {
    BOTH(1, 1), TOP(1, 0), BOTTOM(0, 1), NONE(0, 0);

    private final long above;
    private final long below;

    Edges(long above, long below) {
      this.above = above;
      this.below = below;
    }

    long above() {
      return above;
    }

    long below() {
      return below;
    }

    private static Edges of(int stripe, int stripes) {
      boolean first = stripe == 0;
      return stripe == stripes - 1 ? first ? BOTH : BOTTOM : first ? TOP : NONE;
    }
  }

  /** What is done with one stripe of a picture and the rows beside it that are in the picture. */
  interface Work<T extends TFloating> {
    Operand<T> of(Operand<T> stripe, Edges edges);
  }

  boolean isWhole() {
    return count == 1;
  }

  /** @param beside how many rows beside it the result of a stripe depends on */
  Operand<T> each(Operand<T> x, int beside, Work<T> work) {
    if (isWhole()) {
      return work.of(x, Edges.BOTH);
    }
    return layers.oneAfterTheOther(count, 1,
        (stripe, turn) -> work.of(rows(turn, x, stripe, beside), Edges.of(stripe, count)));
  }

  /**
   * As {@link #each}, for a result of half as many rows, of which each depends on three: row r on 2 · r to 2 · r + 2. Of the rows of
   * x there is an even number.
   */
  Operand<T> eachHalved(Operand<T> x, Work<T> work) {
    if (isWhole()) {
      return work.of(x, Edges.BOTH);
    }
    Ops tf = layers.tf;
    Operand<TInt32> halved = tf.math.floorDiv(layers.size(x, 1), layers.constants.scalar(2));
    return layers.oneAfterTheOther(count, 1, (stripe, turn) -> {
      Operand<TInt32> begin = tf.math.mul(layers.border(halved, stripe, count), layers.constants.scalar(2));
      Operand<TInt32> end = tf.math.mul(layers.border(halved, stripe + 1, count), layers.constants.scalar(2));
      Operand<TInt32> seen = stripe == count - 1 ? end : tf.math.add(end, layers.constants.scalar(1));
      return work.of(cut(turn, x, begin, tf.math.sub(seen, begin)), Edges.of(stripe, count));
    });
  }

  /** The rows of one stripe and those beside it. */
  Operand<T> rows(Ops turn, Operand<T> x, int stripe, int beside) {
    Ops tf = layers.tf;
    Operand<TInt32> rows = layers.size(x, 1);
    Operand<TInt32> begin = layers.border(rows, stripe, count);
    Operand<TInt32> end = layers.border(rows, stripe + 1, count);
    begin = stripe == 0 ? begin : tf.math.sub(begin, layers.constants.scalar(beside));
    end = stripe == count - 1 ? end : tf.math.add(end, layers.constants.scalar(beside));
    return cut(turn, x, begin, tf.math.sub(end, begin));
  }

  Operand<T> cut(Ops turn, Operand<T> x, Operand<TInt32> begin, Operand<TInt32> rows) {
    Operand<TInt32> none = layers.number(0);
    Operand<TInt32> all = layers.number(-1);
    return turn.slice(x, layers.shape(List.of(none, begin, none, none)),
        layers.shape(List.of(all, rows, all, all)));
  }
}

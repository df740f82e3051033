package org.zimage.picture.look;

import java.util.BitSet;
import org.zimage.picture.Picture;

/**
 * How a picture looks, in {@value #BITS} bits. Pictures of which one is the other in another size, or compressed anew, differ in few of
 * them.
 *
 * <p>As in pHash (Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010), the picture is averaged to 32 × 32
 * cells, and the lowest frequencies of their cosine transform are taken. pHash has one bit for each: whether it is above the median. On
 * plain grounds most frequencies are nearly 0, and such a bit is chance; it also knows no colours. So here luma and both colour
 * differences count, and each frequency has a bit for each of several thresholds that it may be beyond. The distance of two looks tells
 * how much their frequencies differ, and what is nearly 0 adds nothing. docs/origin.md has what was measured.
 */
public final class Look {
  public static final int BITS = 512;
  /** Pictures whose looks differ in no more bits look the same. */
  public static final int MOST_DIFFERENT = 10;
  /** With one band more than there may be different bits, two looks that are similar have a band in common. */
  public static final int BANDS = MOST_DIFFERENT + 1;

  /** Of 255, on each side of 0. */
  private static final double[] THRESHOLDS = {0.6, 1.5, 4};
  private static final int LUMA_STEPS = 22;
  private static final int COLOUR_STEPS = 10;
  /** Half a step away from grey, which many pictures are. */
  private static final double FIRST_COLOUR = 6;
  private static final double COLOUR_STEP = 10;
  private static final int BAND_HASH_BITS = 27;
  /** The golden ratio's, as in Fibonacci hashing (Knuth, "The Art of Computer Programming", 6.4). */
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

  private final BitSet bits;

  private Look(BitSet bits) {
    this.bits = bits;
  }

  /** The look of a picture. Takes some nanoseconds a pixel. */
  public static Look of(Picture picture) {
    Thumbnail small = new Thumbnail(picture);
    Writer writer = new Writer();
    LowFrequencies luma = new LowFrequencies(small.luma());
    for (int step = 1; step <= LUMA_STEPS; step++) {
      writer.add(luma.mean() > 255.0 * step / (LUMA_STEPS + 1));
    }
    writer.add(luma, LowFrequencies.EACH_WAY);
    writer.addColour(new LowFrequencies(small.blueDifference()));
    writer.addColour(new LowFrequencies(small.redDifference()));
    return new Look(writer.bits);
  }

  /**
   * A look as {@link #toString} writes it.
   *
   * @throws IllegalArgumentException when it is another number of bits
   */
  public static Look parse(String text) {
    if (text.length() != BITS) {
      throw new IllegalArgumentException("A look has " + BITS + " bits (got " + text.length() + ")");
    }
    BitSet bits = new BitSet(BITS);
    for (int i = 0; i < BITS; i++) {
      bits.set(i, text.charAt(i) == '1');
    }
    return new Look(bits);
  }

  /** Writes one bit after the other. */
  private static final class Writer {
    private static final int COLOUR_FREQUENCIES = 6;

    private final BitSet bits = new BitSet(BITS);
    private int next;

    void add(boolean bit) {
      bits.set(next++, bit);
    }

    void addColour(LowFrequencies plane) {
      for (int step = 0; step < COLOUR_STEPS; step++) {
        double threshold = FIRST_COLOUR + step * COLOUR_STEP;
        add(plane.mean() > threshold);
        add(plane.mean() < -threshold);
      }
      add(plane, COLOUR_FREQUENCIES);
    }

    /** All but the mean whose frequencies together are below the limit. */
    void add(LowFrequencies plane, int limit) {
      for (int both = 1; both < limit; both++) {
        for (int vertical = 0; vertical <= both; vertical++) {
          for (double threshold : THRESHOLDS) {
            add(plane.at(vertical, both - vertical) > threshold);
            add(plane.at(vertical, both - vertical) < -threshold);
          }
        }
      }
    }
  }

  /** In how many bits another look differs. */
  public int distance(Look other) {
    BitSet different = (BitSet) bits.clone();
    different.xor(other.bits);
    return different.cardinality();
  }

  /**
   * Numbers by which an index finds looks that may be similar: two looks with at most {@value #MOST_DIFFERENT} different bits have at least
   * one of these {@value #BANDS} in common. Each stands for the bits whose places leave the same rest; multi-index hashing (Norouzi, Punjani,
   * Fleet, 2012).
   */
  public int[] bands() {
    int[] bands = new int[BANDS];
    for (int band = 0; band < BANDS; band++) {
      long own = 0;
      for (int place = band; place < BITS; place += BANDS) {
        own = own << 1 | (bits.get(place) ? 1 : 0);
      }
      bands[band] = band << BAND_HASH_BITS | (int) (own * SPREAD >>> Long.SIZE - BAND_HASH_BITS);
    }
    return bands;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Look look && bits.equals(look.bits);
  }

  @Override
  public int hashCode() {
    return bits.hashCode();
  }

  /** Its bits, as PostgreSQL writes them. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(BITS);
    for (int i = 0; i < BITS; i++) {
      text.append(bits.get(i) ? '1' : '0');
    }
    return text.toString();
  }
}

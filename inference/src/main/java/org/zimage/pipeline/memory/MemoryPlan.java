package org.zimage.pipeline.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.zimage.model.Canvas;
import org.zimage.pipeline.network.Network;

/**
 * How much memory a picture takes beside the weights, from the shapes of the graphs' own weights: the activations that exist at the
 * same time where a step, and the autoencoder, need most. The formulas are those of {@link org.zimage.export}'s layers; they are compared
 * with a process' memory in docs/models.md. Immutable.
 *
 * @param width of the transformer's tokens
 * @param hidden width of its feed-forward layers
 * @param bytes of an element of the model's type
 * @param decoder from latents to a picture
 * @param encoder from a picture to latents; without levels in a model that has none
 */
public record MemoryPlan(long width, long heads, long hidden, long bytes, Coder decoder, Coder encoder) {
  /** The channels of a level: the most that its first block reads, and the most that it writes. */
  public record Level(long in, long out) {}

  /**
   * One half of the autoencoder.
   *
   * @param levels from the latents' size to the picture's, each twice as high and wide as the one before
   * @param attention whether every place of the latents looks at all others
   */
  public record Coder(List<Level> levels, boolean attention) {
    private static Coder of(Network network, String place, String firstKernel) {
      List<Level> levels = new ArrayList<>();
      while (network.hasWeight(place + firstKernel.formatted(levels.size()))) {
        long[] kernel = network.weightShape(place + firstKernel.formatted(levels.size()));
        levels.add(new Level(kernel[2], kernel[3]));
      }
      return new Coder(levels, network.hasWeight(place + "mid_block.attentions.0.to_q.weight"));
    }

    /** The same of levels that were counted from the picture's size on. */
    private Coder fromLatents() {
      List<Level> turned = new ArrayList<>(levels);
      Collections.reverse(turned);
      return new Coder(turned, attention);
    }
  }

  /** From this many tokens on, queries are taken in parts: all scores of a head at once would cost more memory and cache. */
  private static final int MANY_TOKENS = 2048;
  private static final int VERY_MANY_TOKENS = 8192;
  private static final String FEED_FORWARD = "layers.0.feed_forward.w1.weight";
  private static final long FLOAT_BYTES = Float.BYTES;
  /** Bytes of one pixel of the input: as bytes, in float32 before and after it is scaled, and in the model's type. */
  private static final long INPUT_PIXEL_BYTES = 3 * (1 + 3 * FLOAT_BYTES);
  /** Bytes of one pixel of the output: the sample, clamped, scaled and as bytes, of three channels. */
  private static final long OUTPUT_PIXEL_BYTES = 3 * (3 * FLOAT_BYTES + 1);
  private static final long STRIPES = 16;
  private static final long QUERY_PARTS_OF_STRIPES = 64;
  /** The most memory with which the autoencoder computes its layers whole. Whole layers are faster than stripes. */
  private static final long MAX_WHOLE_BYTES = 1100L << 20;
  /** The factor for gaps between the blocks of TensorFlow's allocator: 1.37 was measured at 1536x1536, less elsewhere. */
  private static final double FRAGMENTATION_FACTOR = 1.4;
  /** Memory for the threads' arenas and the prompt. */
  private static final long OTHER_BYTES = 64L << 20;

  /** @param vaeEncoder null in a model that has none */
  public static MemoryPlan of(Network transformer, Network vaeDecoder, Network vaeEncoder) {
    long[] feedForward = transformer.weightShape(FEED_FORWARD);
    long half = transformer.inputShape("denoise", "cos")[2];
    Coder encoder = vaeEncoder == null ? new Coder(List.of(), false)
        : Coder.of(vaeEncoder, "encoder.", "down_blocks.%d.resnets.0.conv1.weight").fromLatents();
    return new MemoryPlan(feedForward[1], feedForward[1] / (2 * half), feedForward[0], transformer.weightBytes(FEED_FORWARD),
        Coder.of(vaeDecoder, "decoder.", "up_blocks.%d.resnets.0.conv1.weight"), encoder);
  }

  /** What a whole picture needs at most, in bytes. */
  public long picture(Canvas canvas, long tokens) {
    return withFragmentation(Math.max(step(tokens, queryParts(tokens)), decoding(canvas, isInStripes(canvas))));
  }

  /** What decoding needs, in bytes. */
  public long decoding(Canvas canvas) {
    return withFragmentation(decoding(canvas, isInStripes(canvas)));
  }

  /** Whether the decoder computes its layers in stripes. */
  public boolean isInStripes(Canvas canvas) {
    return decoding(canvas, false) > MAX_WHOLE_BYTES;
  }

  /** What encoding needs, in bytes. */
  public long encoding(Canvas canvas) {
    return withFragmentation(encoding(canvas, isEncodedInStripes(canvas)));
  }

  /** Whether the encoder computes its layers in stripes. */
  public boolean isEncodedInStripes(Canvas canvas) {
    return encoding(canvas, false) > MAX_WHOLE_BYTES;
  }

  private static long withFragmentation(long planned) {
    return (long) (FRAGMENTATION_FACTOR * planned) + OTHER_BYTES;
  }

  /** In how many parts, one after the other, the queries of so many tokens are taken. */
  public static int queryParts(long tokens) {
    return tokens < MANY_TOKENS ? 1 : tokens < VERY_MANY_TOKENS ? 8 : 32;
  }

  /** The larger one of attention, with its scores and tokens, and of the feed-forward layer; in bytes. */
  long step(long tokens, long parts) {
    long attention = heads * tokens * ceil(tokens, parts) * scoreBytes() + 9 * bytes * tokens * width;
    long feedForward = tokens * (3 * bytes * hidden + (3 * bytes + FLOAT_BYTES) * width);
    return Math.max(attention, feedForward);
  }

  /** Before and after softmax, which is computed in float32. */
  private long scoreBytes() {
    return bytes == FLOAT_BYTES ? 2 * FLOAT_BYTES : 2 * FLOAT_BYTES + bytes;
  }

  long decoding(Canvas canvas, boolean inStripes) {
    return layers(decoder, canvas, inStripes) + pixels(canvas) * OUTPUT_PIXEL_BYTES;
  }

  long encoding(Canvas canvas, boolean inStripes) {
    return layers(encoder, canvas, inStripes) + pixels(canvas) * INPUT_PIXEL_BYTES;
  }

  private static long pixels(Canvas canvas) {
    return (long) canvas.width() * canvas.height();
  }

  private long layers(Coder coder, Canvas canvas, boolean inStripes) {
    long places = (long) canvas.latentRows() * canvas.latentColumns();
    long most = coder.attention() ? places * ceil(places, inStripes ? QUERY_PARTS_OF_STRIPES : 1) * scoreBytes() : 0;
    for (Level level : coder.levels()) {
      most = Math.max(most, places * (inStripes ? ofStripes(level) : ofWhole(level)));
      places *= 4;
    }
    return most;
  }

  /** For each pixel: the picture, its norm in float32 twice, and what becomes of it. */
  private long ofWhole(Level level) {
    return Math.max(level.in, level.out) * (2 * bytes + 2 * FLOAT_BYTES);
  }

  /** For each pixel: the picture, the next one's stripes, and these joined; or the same where it grew from a quarter; and one stripe. */
  private long ofStripes(Level level) {
    return bytes * Math.max(level.in + 2 * level.out, 2 * level.in + level.in / 4) + ceil(ofWhole(level), STRIPES);
  }

  private static long ceil(long value, long parts) {
    return (value + parts - 1) / parts;
  }
}

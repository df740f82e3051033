package org.zimage.pipeline.memory;

import org.zimage.model.Canvas;
import org.zimage.pipeline.network.Network;

/**
 * How much memory a picture takes beside the weights, from the shapes of the graphs' own weights: the activations that exist at the
 * same time where a step, and the decoder, need most. The formulas are those of {@link org.zimage.export}'s layers; they are compared
 * with a process' memory in docs/models.md. Immutable.
 *
 * @param width of the transformer's tokens
 * @param hidden width of its feed-forward layers
 * @param bytes of an element of the model's type
 * @param levels of the decoder, from the latents' size to the picture's, each twice as high and wide as the one before
 * @param decoderAttention whether every place of the latents looks at all others
 */
public record MemoryPlan(long width, long heads, long hidden, long bytes, Level[] levels, boolean decoderAttention) {
  /** The channels of a level: the most that its first block reads, and the most that it writes. */
  public record Level(long in, long out) {}

  /** From this many tokens on, queries are taken in parts: all scores of a head at once would cost more memory and cache. */
  private static final int MANY_TOKENS = 2048;
  private static final int VERY_MANY_TOKENS = 8192;
  private static final String FEED_FORWARD = "layers.0.feed_forward.w1.weight";
  private static final long FLOAT_BYTES = Float.BYTES;
  /** Bytes of one pixel of the output: the sample, clamped, scaled and as bytes, of three channels. */
  private static final long OUTPUT_PIXEL_BYTES = 3 * (3 * FLOAT_BYTES + 1);
  private static final long STRIPES = 16;
  private static final long DECODER_QUERY_PARTS = 64;
  /** The most memory with which the decoder computes its layers whole. Whole layers are faster than stripes. */
  private static final long MAX_WHOLE_DECODER_BYTES = 1100L << 20;
  /** The factor for gaps between the blocks of TensorFlow's allocator: 1.37 was measured at 1536x1536, less elsewhere. */
  private static final double FRAGMENTATION_FACTOR = 1.4;
  /** Memory for the threads' arenas and the prompt. */
  private static final long OTHER_BYTES = 64L << 20;

  public static MemoryPlan of(Network transformer, Network vaeDecoder) {
    long[] feedForward = transformer.weightShape(FEED_FORWARD);
    long half = transformer.inputShape("denoise", "cos")[2];
    int levels = 0;
    while (vaeDecoder.hasWeight(resnet(levels))) {
      levels++;
    }
    Level[] all = new Level[levels];
    for (int level = 0; level < levels; level++) {
      long[] kernel = vaeDecoder.weightShape(resnet(level));
      all[level] = new Level(kernel[2], kernel[3]);
    }
    return new MemoryPlan(feedForward[1], feedForward[1] / (2 * half), feedForward[0], transformer.weightBytes(FEED_FORWARD), all,
        vaeDecoder.hasWeight("decoder.mid_block.attentions.0.to_q.weight"));
  }

  private static String resnet(int level) {
    return "decoder.up_blocks." + level + ".resnets.0.conv1.weight";
  }

  /** What a whole picture needs at most, in bytes. */
  public long picture(Canvas canvas, long tokens) {
    return withFragmentation(Math.max(step(tokens, queryParts(tokens)), decoder(canvas, isInStripes(canvas))));
  }

  /** What decoding needs, in bytes. */
  public long decoding(Canvas canvas) {
    return withFragmentation(decoder(canvas, isInStripes(canvas)));
  }

  /** Whether the decoder computes its layers in stripes. */
  public boolean isInStripes(Canvas canvas) {
    return decoder(canvas, false) > MAX_WHOLE_DECODER_BYTES;
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

  long decoder(Canvas canvas, boolean inStripes) {
    long places = (long) canvas.latentRows() * canvas.latentColumns();
    long most = decoderAttention ? places * ceil(places, inStripes ? DECODER_QUERY_PARTS : 1) * scoreBytes() : 0;
    long pixels = places;
    for (Level level : levels) {
      most = Math.max(most, pixels * (inStripes ? ofStripes(level) : ofWhole(level)));
      pixels *= 4;
    }
    return most + pixels / 4 * OUTPUT_PIXEL_BYTES;
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

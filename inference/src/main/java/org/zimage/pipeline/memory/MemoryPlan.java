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
  /** Most channels of the pictures that the first block of a level reads and writes. */
  public record Level(long in, long out) {}

  /** From this many tokens on, all scores of a head at once would cost more memory and cache than taking queries in parts. */
  private static final int MANY_TOKENS = 2048;
  private static final int VERY_MANY_TOKENS = 8192;
  private static final String FEED_FORWARD = "layers.0.feed_forward.w1.weight";
  private static final long FLOAT_BYTES = Float.BYTES;
  /** The sample, clamped, scaled and as bytes, of three channels. */
  private static final long OUTPUT_PIXEL_BYTES = 3 * (3 * FLOAT_BYTES + 1);
  private static final long STRIPES = 16;
  private static final long DECODER_QUERY_PARTS = 64;
  /** What a decoder may take to compute its layers whole, which is faster than in stripes. */
  private static final long MAX_WHOLE_DECODER_BYTES = 1100L << 20;
  /** What TensorFlow's allocator loses to gaps between blocks: 37 in a hundred at 1536x1536, fewer elsewhere. */
  private static final double FRAGMENTATION_FACTOR = 1.4;
  /** For threads' own arenas, and the prompt. */
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

  /** In how many parts, one after the other, the tokens look at each other. */
  public static int queryParts(long tokens) {
    return tokens < MANY_TOKENS ? 1 : tokens < VERY_MANY_TOKENS ? 8 : 32;
  }

  /** Scores and tokens of attention, or the feed-forward layer. */
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

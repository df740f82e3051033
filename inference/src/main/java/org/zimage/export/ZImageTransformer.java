package org.zimage.export;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.zimage.checkpoint.TransformerConfig;
import org.zimage.checkpoint.weights.Weights;
import org.zimage.export.savedmodel.SavedModelWriter;
import org.zimage.model.AdapterNames;
import org.zimage.model.ModelManifest;

/**
 * The S3-DiT (diffusers' {@code ZImageTransformer2DModel}) for one picture. Captions are refined by a signature of
 * their own, once for a prompt; each step then takes the refined caption. Each signature is there twice: as the checkpoint is, and
 * with adapters. Image and caption tokens are padded to
 * multiples of 32 with learned tokens, which take part in attention.
 */
final class ZImageTransformer<T extends TFloating> {
  /** Signatures of a step, by the parts in which queries are taken: more parts need less memory for scores. */
  static final List<Integer> QUERY_PARTS = List.of(1, 8, 32);

  private static final int PATCH_LATENTS = 2;
  private static final int FREQUENCIES = 256;
  private static final int TIME_HIDDEN = 1024;
  private static final double HEAD_NORM_EPS = 1e-5;
  private static final double FINAL_NORM_EPS = 1e-6;

  private final TransformerConfig config;
  private final Layers<T> layers;
  private final Ops tf;
  /** The end of the signatures' names. */
  private final String ending;

  private ZImageTransformer(TransformerConfig config, Layers<T> layers, String ending) {
    this.config = config;
    this.layers = layers;
    this.tf = layers.tf;
    this.ending = ending;
  }

  static <T extends TFloating> void build(SavedModelWriter model, TransformerConfig config, Weights weights,
      Class<T> type) {
    Layers<T> layers = new Layers<>(model, weights, "", type);
    AdapterSlots<T> adapters = new AdapterSlots<>(model, type);
    for (ZImageTransformer<T> transformer : List.of(new ZImageTransformer<>(config, layers, ""),
        new ZImageTransformer<>(config, layers.with(adapters), AdapterNames.WITH_ADAPTERS))) {
      transformer.refineSignature(model);
      transformer.denoiseSignatures(model);
    }
    adapters.signature();
  }

  /**
   * Tokens that see each other.
   *
   * @param cos of their places' angles, [tokens, 1, headDim / 2]
   * @param sin likewise
   * @param queries which of them attend at once
   */
  private record Sequence(Operand<TFloat32> cos, Operand<TFloat32> sin, List<Layers.Queries> queries) {}

  /** The four vectors [1, dim] with which the timestep steers a block. */
  private record Modulation(Operand<TFloat32> attentionScale, Operand<TFloat32> attentionGate,
      Operand<TFloat32> feedForwardScale, Operand<TFloat32> feedForwardGate) {}

  private Operand<TFloat32> angleInput(String name) {
    Shape shape = Shape.of(-1, 1, config.headDim() / 2);
    return tf.withName(name).placeholder(TFloat32.class, Placeholder.shape(shape));
  }

  /**
   * refine: embeddings float32 [tokens, captionDim], cos and sin float32 [padded tokens, 1, headDim / 2] → caption
   * [padded tokens, dim] of the model's type.
   */
  private void refineSignature(SavedModelWriter model) {
    Operand<TFloat32> embeddings = tf.withName("embeddings" + ending)
        .placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, config.captionDim())));
    Operand<TFloat32> cos = angleInput("caption_cos" + ending);
    Operand<TFloat32> sin = angleInput("caption_sin" + ending);
    Sequence tokens = new Sequence(cos, sin, List.of());

    Operand<T> normed = layers.rmsNorm(layers.toType(embeddings),
        layers.vector("cap_embedder.0.weight", config.captionDim()), config.normEps());
    Operand<T> x = padded(layers.linearWithBias("cap_embedder.1", normed, config.captionDim(), config.dim()),
        "cap_pad_token");
    for (int layer = 0; layer < config.refinerLayers(); layer++) {
      x = block("context_refiner." + layer, x, tokens, null);
    }
    Operand<T> caption = tf.withName("caption" + ending).identity(x);
    model.signature("refine" + ending, Map.of("embeddings", embeddings, "cos", cos, "sin", sin), Map.of("caption", caption));
  }

  /**
   * denoise, denoise_in_8_parts, denoise_in_32_parts: latents float32 [channels, height, width], time float32 [1] (1 -
   * sigma), caption [padded tokens, dim], cos and sin float32 [padded image and caption tokens, 1, headDim / 2] →
   * prediction float32 [channels, height, width], the network's raw output.
   */
  private void denoiseSignatures(SavedModelWriter model) {
    Operand<TFloat32> latents = tf.withName("latents" + ending)
        .placeholder(TFloat32.class, Placeholder.shape(Shape.of(config.inChannels(), -1, -1)));
    Operand<TFloat32> time = tf.withName("time" + ending).placeholder(TFloat32.class, Placeholder.shape(Shape.of(1)));
    Operand<T> caption = tf.withName("refined_caption" + ending)
        .placeholder(layers.type, Placeholder.shape(Shape.of(-1, config.dim())));
    Operand<TFloat32> cos = angleInput("cos" + ending);
    Operand<TFloat32> sin = angleInput("sin" + ending);
    Map<String, Operand<?>> inputs = Map.of("latents", latents, "time", time, "caption", caption, "cos", cos,
        "sin", sin);
    for (int parts : QUERY_PARTS) {
      String name = (parts == 1 ? "denoise" : "denoise_in_" + parts + "_parts") + ending;
      Operand<TFloat32> prediction = tf.withName(name)
          .identity(denoised(latents, time, caption, cos, sin, parts));
      model.signature(name, inputs, Map.of("prediction", prediction));
    }
  }

  private Operand<TFloat32> denoised(Operand<TFloat32> latents, Operand<TFloat32> time, Operand<T> caption,
      Operand<TFloat32> cos, Operand<TFloat32> sin, int parts) {
    Operand<T> condition = timeEmbedding(time);
    Operand<T> patches = patches(latents);
    Operand<TInt32> imageTokens = rows(patches);
    long patchSize = (long) PATCH_LATENTS * PATCH_LATENTS * config.inChannels();
    Operand<T> image = padded(layers.linearWithBias("all_x_embedder.2-1", patches, patchSize, config.dim()),
        "x_pad_token");

    Operand<TInt32> paddedTokens = rows(image);
    Sequence ofImage = new Sequence(firstRows(cos, paddedTokens), firstRows(sin, paddedTokens), layers.queries(paddedTokens, parts));
    for (int layer = 0; layer < config.refinerLayers(); layer++) {
      String at = "noise_refiner." + layer;
      image = block(at, image, ofImage, modulation(at, condition));
    }
    Operand<T> joint = tf.concat(List.of(image, caption), layers.constants.scalar(0));
    Sequence ofBoth = new Sequence(cos, sin, layers.queries(rows(joint), parts));
    for (int layer = 0; layer < config.layers(); layer++) {
      String at = "layers." + layer;
      joint = block(at, joint, ofBoth, modulation(at, condition));
    }
    return unpatched(finalLayer(firstRows(joint, imageTokens), condition), latents);
  }

  /** MLP of the timestep's sinusoids, cosines first: [1, timeWidth]. */
  private Operand<T> timeEmbedding(Operand<TFloat32> time) {
    float[] frequencies = new float[FREQUENCIES / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.exp((float) (-Math.log(10000) * i / frequencies.length));
    }
    Operand<TFloat32> scaled = tf.math.mul(time, layers.constants.scalar((float) config.timeScale()));
    Operand<TFloat32> angle = tf.math.mul(tf.expandDims(scaled, layers.constants.scalar(1)), tf.constant(frequencies));
    Operand<T> sinusoids = layers.toType(tf.concat(List.of(tf.math.cos(angle), tf.math.sin(angle)), layers.constants.scalar(1)));
    Operand<T> hidden = layers.silu(layers.linearWithBias("t_embedder.mlp.0", sinusoids, FREQUENCIES, TIME_HIDDEN));
    return layers.linearWithBias("t_embedder.mlp.2", hidden, TIME_HIDDEN, config.timeWidth());
  }

  private Modulation modulation(String at, Operand<T> condition) {
    Operand<T> all = layers.linearWithBias(at + ".adaLN_modulation.0", condition, config.timeWidth(),
        4L * config.dim());
    var parts = tf.split(layers.constants.scalar(1), layers.toFloat(all), 4L).output();
    Operand<TFloat32> one = layers.constants.scalar(1f);
    return new Modulation(tf.math.add(one, parts.get(0)), tf.math.tanh(parts.get(1)), tf.math.add(one, parts.get(2)),
        tf.math.tanh(parts.get(3)));
  }

  /** [channels, height, width] → [tokens, 2 · 2 · channels], the channel fastest. */
  private Operand<T> patches(Operand<TFloat32> latents) {
    Operand<TInt32> rows = halfOf(latents, 1);
    Operand<TInt32> columns = halfOf(latents, 2);
    Operand<TInt32> two = layers.number(PATCH_LATENTS);
    Operand<TInt32> channels = layers.number(config.inChannels());
    Operand<TFloat32> split = tf.reshape(latents, layers.shape(List.of(channels, rows, two, columns, two)));
    Operand<TFloat32> ordered = tf.linalg.transpose(split, layers.constants.vector(1, 3, 2, 4, 0));
    return layers.toType(tf.reshape(ordered, layers.constants.vector(-1, PATCH_LATENTS * PATCH_LATENTS * config.inChannels())));
  }

  private Operand<TFloat32> unpatched(Operand<T> patches, Operand<TFloat32> latents) {
    Operand<TInt32> two = layers.number(PATCH_LATENTS);
    Operand<TInt32> channels = layers.number(config.inChannels());
    Operand<TInt32> shape = layers.shape(List.of(halfOf(latents, 1), halfOf(latents, 2), two, two, channels));
    Operand<TFloat32> split = tf.reshape(layers.toFloat(patches), shape);
    return tf.reshape(tf.linalg.transpose(split, layers.constants.vector(4, 0, 2, 1, 3)), tf.shape(latents));
  }

  private Operand<TInt32> halfOf(Operand<TFloat32> latents, int axis) {
    return tf.math.floorDiv(layers.size(latents, axis), layers.constants.scalar(PATCH_LATENTS));
  }

  private Operand<TInt32> rows(Operand<?> x) {
    return layers.size(x, 0);
  }

  private <U extends TFloating> Operand<U> firstRows(Operand<U> x, Operand<TInt32> count) {
    Operand<TInt32> zero = layers.constants.scalar(0);
    Operand<TInt32> rows = tf.range(zero, tf.reshape(count, layers.constants.vector()), layers.constants.scalar(1));
    return tf.gather(x, rows, zero);
  }

  /** Fills up to a multiple of 32 rows with the learned token. */
  private Operand<T> padded(Operand<T> x, String padToken) {
    Operand<TInt32> missing = tf.math.floorMod(tf.math.neg(rows(x)), layers.constants.scalar(ModelManifest.TOKEN_MULTIPLE));
    Operand<T> token = layers.weight(padToken, 1, config.dim());
    return tf.concat(List.of(x, tf.tile(token, layers.shape(List.of(missing, layers.number(1))))), layers.constants.scalar(0));
  }

  /** One block; without modulation for the context refiner. */
  private Operand<T> block(String at, Operand<T> x, Sequence tokens, Modulation modulation) {
    Operand<TFloat32> attentionScale = norm(at, "attention_norm1", modulation == null ? null
        : modulation.attentionScale());
    Operand<TFloat32> attentionGate = norm(at, "attention_norm2", modulation == null ? null
        : modulation.attentionGate());
    Operand<T> attended = attention(at + ".attention", layers.rmsNorm(x, attentionScale, config.normEps()), tokens);
    Operand<T> middle = tf.math.add(x, layers.rmsNorm(attended, attentionGate, config.normEps()));

    Operand<TFloat32> feedForwardScale =
        norm(at, "ffn_norm1", modulation == null ? null : modulation.feedForwardScale());
    Operand<TFloat32> feedForwardGate = norm(at, "ffn_norm2", modulation == null ? null : modulation.feedForwardGate());
    Operand<T> fed = layers.gatedFeedForward(layers.rmsNorm(middle, feedForwardScale, config.normEps()), at
        + ".feed_forward.w1", at + ".feed_forward.w3", at + ".feed_forward.w2", config.dim(), config.feedForwardDim());
    return tf.math.add(middle, layers.rmsNorm(fed, feedForwardGate, config.normEps()));
  }

  /** A norm's weight and the modulation of its result are one vector: the tokens are passed over once, not twice. */
  private Operand<TFloat32> norm(String at, String name, Operand<TFloat32> modulation) {
    Operand<TFloat32> weight = layers.vector(at + "." + name + ".weight", config.dim());
    return modulation == null ? weight : tf.math.mul(weight, modulation);
  }

  private Operand<T> attention(String at, Operand<T> x, Sequence tokens) {
    double scale = 1 / Math.sqrt(config.headDim());
    Operand<T> q = rotated(at, "q", x, tokens, scale);
    Operand<T> k = rotated(at, "k", x, tokens, 1);
    Operand<T> v = layers.splitHeads(layers.linear(at + ".to_v", x, config.dim(), config.dim()), config.heads(),
        config.headDim());
    Operand<T> mixed = layers.attention(layers.headsFirst(q), layers.headsFirst(k), layers.headsFirst(v), tokens.queries());
    return layers.linear(at + ".to_out.0", layers.joinHeads(mixed, config.dim()), config.dim(), config.dim());
  }

  private Operand<T> rotated(String at, String which, Operand<T> x, Sequence tokens, double factor) {
    Operand<T> projected = layers.pairedLinear(at + ".to_" + which, x, config.dim(), config.dim(), config.headDim());
    return layers.normalizedAndRotated(layers.splitHeads(projected, config.heads(), config.headDim()),
        layers.pairedVector(at + ".norm_" + which + ".weight", config.headDim()), HEAD_NORM_EPS, tokens.cos(),
        tokens.sin(), factor);
  }

  /** LayerNorm without weights, scaled by 1 + Linear(SiLU(t)), and the projection to patches. */
  private Operand<T> finalLayer(Operand<T> x, Operand<T> condition) {
    String at = "all_final_layer.2-1";
    Operand<T> steering = layers.linearWithBias(at + ".adaLN_modulation.1", layers.silu(condition), config.timeWidth(),
        config.dim());
    Operand<TFloat32> scale = tf.math.add(layers.constants.scalar(1f), layers.toFloat(steering));
    Operand<TFloat32> full = layers.toFloat(x);
    Operand<TFloat32> centred = tf.math.sub(full, tf.math.mean(full, layers.constants.scalar(-1), Mean.keepDims(true)));
    Operand<T> normed = layers.toType(tf.math.mul(layers.normalized(centred, FINAL_NORM_EPS), scale));
    return layers.linearWithBias(at + ".linear", normed, config.dim(), (long) PATCH_LATENTS * PATCH_LATENTS * config.inChannels());
  }
}

package org.zimage.export;

import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.zimage.checkpoint.TextEncoderConfig;
import org.zimage.checkpoint.weights.Weights;
import org.zimage.export.savedmodel.SavedModelWriter;

/**
 * The text encoder (transformers' {@code Qwen3Model}): hidden_states[-2], the residual stream after the last layer but
 * one, without the final norm. The last layer is neither run nor exported. It is causal, so the real tokens are enough:
 * padding behind them would not change them.
 */
final class Qwen3Encoder<T extends TFloating> {
  private final TextEncoderConfig config;
  private final Layers<T> layers;
  private final Ops tf;

  private Qwen3Encoder(TextEncoderConfig config, Layers<T> layers) {
    this.config = config;
    this.layers = layers;
    this.tf = layers.tf;
  }

  static <T extends TFloating> void build(SavedModelWriter model, TextEncoderConfig config, Weights weights,
      Class<T> type) {
    new Qwen3Encoder<>(config, new Layers<>(model, weights, "", type)).signature(model);
  }

  /**
   * encode: ids int32 [tokens], cos and sin float32 [tokens, headDim / 2] → embeddings float32 [tokens, hiddenSize].
   */
  private void signature(SavedModelWriter model) {
    Operand<TInt32> ids = tf.withName("ids").placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    Shape angles = Shape.of(-1, config.headDim() / 2);
    Operand<TFloat32> cos = tf.withName("cos").placeholder(TFloat32.class, Placeholder.shape(angles));
    Operand<TFloat32> sin = tf.withName("sin").placeholder(TFloat32.class, Placeholder.shape(angles));

    Operand<T> x = tf.gather(layers.weight("embed_tokens.weight", config.vocabSize(), config.hiddenSize()), ids,
        layers.constants.scalar(0));
    Operand<TFloat32> mask = causalMask(ids);
    for (int layer = 0; layer < config.layers() - 1; layer++) {
      x = layer("layers." + layer, x, tf.expandDims(cos, layers.constants.scalar(1)), tf.expandDims(sin, layers.constants.scalar(1)), mask);
    }
    Operand<TFloat32> embeddings = tf.withName("embeddings").identity(layers.toFloat(x));
    model.signature("encode", Map.of("ids", ids, "cos", cos, "sin", sin), Map.of("embeddings", embeddings));
  }

  /** 0 where a token may look (itself and what is before it), a large negative number elsewhere: [tokens, tokens]. */
  private Operand<TFloat32> causalMask(Operand<TInt32> ids) {
    Operand<TInt32> positions = tf.range(layers.constants.scalar(0), tf.size(ids), layers.constants.scalar(1));
    Operand<TFloat32> isAhead = layers.tf.dtypes.cast(
        tf.math.greater(tf.expandDims(positions, layers.constants.scalar(0)), tf.expandDims(positions, layers.constants.scalar(1))),
        TFloat32.class);
    return tf.math.mul(isAhead, layers.constants.scalar(-1e9f));
  }

  private Operand<T> layer(String at, Operand<T> x, Operand<TFloat32> cos, Operand<TFloat32> sin,
      Operand<TFloat32> mask) {
    Operand<T> normed = rmsNorm(at + ".input_layernorm.weight", x);
    Operand<T> attended = tf.math.add(x, attention(at + ".self_attn", normed, cos, sin, mask));
    Operand<T> normedAgain = rmsNorm(at + ".post_attention_layernorm.weight", attended);
    return tf.math.add(attended, layers.gatedFeedForward(normedAgain, at + ".mlp.gate_proj", at + ".mlp.up_proj",
        at + ".mlp.down_proj", config.hiddenSize(), config.intermediateSize()));
  }

  private Operand<T> rmsNorm(String key, Operand<T> x) {
    return layers.rmsNorm(x, layers.vector(key, config.hiddenSize()), config.rmsNormEps());
  }

  private Operand<T> attention(String at, Operand<T> x, Operand<TFloat32> cos, Operand<TFloat32> sin,
      Operand<TFloat32> mask) {
    int width = config.heads() * config.headDim();
    int keyValueWidth = config.keyValueHeads() * config.headDim();
    Operand<T> q = heads(layers.linear(at + ".q_proj", x, config.hiddenSize(), width), config.heads());
    Operand<T> k = heads(layers.linear(at + ".k_proj", x, config.hiddenSize(), keyValueWidth), config.keyValueHeads());
    Operand<T> v = heads(layers.linear(at + ".v_proj", x, config.hiddenSize(), keyValueWidth), config.keyValueHeads());
    q = rotated(q, at + ".q_norm.weight", cos, sin, 1 / Math.sqrt(config.headDim()));
    k = rotated(k, at + ".k_norm.weight", cos, sin, 1);
    Operand<T> scores = layers.batchMatMul(layers.headsFirst(q), forEveryQueryHead(layers.headsFirst(k)), true);
    Operand<T> weights = layers.toType(tf.nn.softmax(tf.math.add(layers.toFloat(scores), mask)));
    Operand<T> mixed = layers.batchMatMul(weights, forEveryQueryHead(layers.headsFirst(v)), false);
    return layers.linear(at + ".o_proj", layers.joinHeads(mixed, width), width, config.hiddenSize());
  }

  private Operand<T> heads(Operand<T> x, int heads) {
    return layers.splitHeads(x, heads, config.headDim());
  }

  /** Qwen3 rotates the two halves of a head, which is how the layers here keep every head. */
  private Operand<T> rotated(Operand<T> x, String norm, Operand<TFloat32> cos, Operand<TFloat32> sin, double factor) {
    return layers.normalizedAndRotated(x, layers.vector(norm, config.headDim()), config.rmsNormEps(), cos, sin, factor);
  }

  /** Grouped query attention: head h of the queries looks at head h / group of keys and values. */
  private Operand<T> forEveryQueryHead(Operand<T> x) {
    int group = config.heads() / config.keyValueHeads();
    if (group == 1) {
      return x;
    }
    int[] sources = new int[config.heads()];
    for (int head = 0; head < sources.length; head++) {
      sources[head] = head / group;
    }
    return tf.gather(x, layers.constants.vector(sources), layers.constants.scalar(0));
  }
}

package org.zimage.checkpoint;

import java.nio.file.Path;

/** {@code text_encoder/config.json} of a Qwen3 model (transformers' {@code Qwen3Config}). */
public record TextEncoderConfig(int vocabSize, int hiddenSize, int intermediateSize, int layers, int heads,
    int keyValueHeads, int headDim, double ropeTheta, double rmsNormEps) {

  public static TextEncoderConfig read(Path file) {
    Fields fields = Fields.of(file);
    fields.require(fields.text("model_type").equals("qwen3"), "model_type", "qwen3");
    fields.require(!fields.flag("attention_bias", false), "attention_bias", "false");
    fields.require(!fields.flag("use_sliding_window", false), "use_sliding_window", "false");
    fields.require(fields.text("hidden_act").equals("silu"), "hidden_act", "silu");
    TextEncoderConfig config = new TextEncoderConfig(fields.whole("vocab_size"), fields.whole("hidden_size"),
        fields.whole("intermediate_size"), fields.whole("num_hidden_layers"), fields.whole("num_attention_heads"),
        fields.whole("num_key_value_heads"), fields.whole("head_dim"), ropeTheta(fields),
        fields.number("rms_norm_eps"));
    fields.require(config.layers >= 2, "num_hidden_layers", "at least 2: the embeddings leave before the last layer");
    fields.require(config.heads % config.keyValueHeads == 0, "num_key_value_heads", "a divisor of num_attention_heads");
    return config;
  }

  /** transformers 5 keeps it in {@code rope_parameters}, earlier versions beside the others. */
  private static double ropeTheta(Fields fields) {
    if (!fields.isGiven("rope_parameters")) {
      return fields.number("rope_theta");
    }
    Fields rope = fields.within("rope_parameters");
    rope.require(!rope.isGiven("rope_type") || rope.text("rope_type").equals("default"), "rope_type", "default");
    return rope.number("rope_theta");
  }
}

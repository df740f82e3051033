package org.zimage.checkpoint.weights;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Qwen3's names in transformers' files, of {@code Qwen3Model} or {@code Qwen3ForCausalLM}, and in llama.cpp's. */
final class TextEncoderNames {
  private static final String CAUSAL_LM = "model.";
  private static final Pattern LLAMA_BLOCK = Pattern.compile("blk\\.(\\d+)\\.(\\w+)\\.(weight|bias)");
  private static final Map<String, String> LLAMA_LAYERS = Map.ofEntries(
      Map.entry("attn_norm", "input_layernorm"), Map.entry("ffn_norm", "post_attention_layernorm"),
      Map.entry("attn_q", "self_attn.q_proj"), Map.entry("attn_k", "self_attn.k_proj"), Map.entry("attn_v", "self_attn.v_proj"),
      Map.entry("attn_output", "self_attn.o_proj"), Map.entry("attn_q_norm", "self_attn.q_norm"),
      Map.entry("attn_k_norm", "self_attn.k_norm"), Map.entry("ffn_gate", "mlp.gate_proj"), Map.entry("ffn_up", "mlp.up_proj"),
      Map.entry("ffn_down", "mlp.down_proj"));
  private static final Map<String, String> LLAMA_OTHERS = Map.of("token_embd.weight", "embed_tokens.weight",
      "output_norm.weight", "norm.weight", "output.weight", "lm_head.weight");
  /** What comes after the last layer, before which the embeddings leave; and what ComfyUI keeps beside. */
  private static final Set<String> UNUSED = Set.of("norm.weight", "lm_head.weight", "logit_scale");

  private TextEncoderNames() {}

  static Stream<Weight> diffusers(Weight weight) {
    String key = transformers(weight.key());
    String bare = key.startsWith(CAUSAL_LM) ? key.substring(CAUSAL_LM.length()) : key;
    return UNUSED.contains(bare) ? Stream.empty() : Stream.of(weight.named(bare));
  }

  private static String transformers(String key) {
    Matcher block = LLAMA_BLOCK.matcher(key);
    if (block.matches() && LLAMA_LAYERS.containsKey(block.group(2))) {
      return "layers." + block.group(1) + "." + LLAMA_LAYERS.get(block.group(2)) + "." + block.group(3);
    }
    return LLAMA_OTHERS.getOrDefault(key, key);
  }
}

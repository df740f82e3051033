package org.zimage.pipeline;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.zimage.checkpoint.TokenizerFile;
import org.zimage.model.ModelManifest;
import org.zimage.pipeline.network.ModelException;
import org.zimage.pipeline.network.Network;
import org.zimage.pipeline.network.SessionOptions;

/**
 * Encodes prompts: text becomes tokens, and tokens become embeddings. Owns the tokenizer and the text encoder. Thread-safe; {@link
 * ZImageModel} closes it.
 */
final class PromptEncoder implements AutoCloseable {
  static {
    // Where DJL finds CUDA, it would fetch a build of its tokenizers for GPUs from the network.
    System.setProperty("RUST_FLAVOR", "cpu");
    // With each tokenizer it would ask 169.254.169.254 whether this is a machine of Amazon's, and tell its makers of it.
    System.setProperty("ai.djl.offline", "true");
  }

  private static final String TEMPLATE_START = "<|im_start|>user\n";
  private static final String TEMPLATE_END = "<|im_end|>\n<|im_start|>assistant\n";

  /** How much memory the cache may take. The embeddings of one prompt of Z-Image-Turbo take about a megabyte. */
  private static final long MAX_CACHED_BYTES = 32L << 20;

  private final EmbeddingsCache cache = new EmbeddingsCache(MAX_CACHED_BYTES);
  private final HuggingFaceTokenizer tokenizer;
  private final Network textEncoder;
  private final ModelManifest manifest;

  private PromptEncoder(HuggingFaceTokenizer tokenizer, Network textEncoder, ModelManifest manifest) {
    this.tokenizer = tokenizer;
    this.textEncoder = textEncoder;
    this.manifest = manifest;
  }

  static PromptEncoder load(Path folder, ModelManifest manifest, SessionOptions options) {
    Path file = folder.resolve(ModelManifest.TOKENIZER);
    HuggingFaceTokenizer tokenizer = tokenizer(file);
    try {
      return new PromptEncoder(tokenizer, Network.load(folder.resolve(ModelManifest.TEXT_ENCODER), options::forPrompts), manifest);
    } catch (RuntimeException | Error cause) {
      tokenizer.close();
      throw cause;
    }
  }

  static HuggingFaceTokenizer tokenizer(Path file) {
    try {
      TokenizerFile.check(file);
      return HuggingFaceTokenizer.builder().optTokenizerPath(file).optAddSpecialTokens(false).optTruncation(false)
          .optPadding(false).build();
    } catch (IOException | RuntimeException cause) {
      throw new ModelException(ModelException.Reason.MODEL_MISSING, file + " cannot be read: " + cause.getMessage(), cause);
    }
  }

  /** The ids of the prompt in Qwen3's chat template, cut to a length. */
  int[] tokens(String prompt, int maxSequenceLength) {
    long[] ids = tokenizer.encode(TEMPLATE_START + prompt + TEMPLATE_END).getIds();
    return Arrays.stream(ids).limit(maxSequenceLength).mapToInt(Math::toIntExact).toArray();
  }

  /** float32 [tokens, hidden size of the text encoder]; the caller closes it. */
  TFloat32 embeddings(int[] tokens) {
    float[] values = cache.get(tokens, this::encode);
    return TFloat32.tensorOf(Shape.of(tokens.length, values.length / tokens.length), DataBuffers.of(values, true, false));
  }

  private float[] encode(int[] tokens) {
    try (TInt32 ids = TInt32.tensorOf(StdArrays.ndCopyOf(tokens));
        RotaryTable rotary = RotaryTable.ofText(tokens.length, manifest.textHeadDim(), manifest.textRopeTheta());
        Network.Outputs encoded = textEncoder.call("encode", Map.of("ids", ids, "cos", rotary.cos(), "sin", rotary.sin()),
            "embeddings")) {
      TFloat32 embeddings = (TFloat32) encoded.get("embeddings");
      float[] values = new float[(int) embeddings.size()];
      embeddings.asRawTensor().data().asFloats().read(values);
      return values;
    }
  }

  @Override
  public void close() {
    tokenizer.close();
    textEncoder.close();
  }
}

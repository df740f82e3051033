package org.zimage.pipeline;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import java.nio.file.Path;

/** A process of its own: a native library is chosen once. */
final class Tokens {
  private Tokens() {}

  public static void main(String[] arguments) {
    System.out.println("CUDA is seen: " + CudaUtils.hasCuda());
    try (HuggingFaceTokenizer tokenizer = PromptEncoder.tokenizer(Path.of(arguments[0]))) {
      System.out.println("tokens: " + tokenizer.encode("a red circle").getIds().length);
    }
    System.out.println("may call its makers: " + !Utils.isOfflineMode());
  }
}

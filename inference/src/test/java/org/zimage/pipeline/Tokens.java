package org.zimage.pipeline;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of its own: a native library is chosen once. */
final class Tokens {
  private Tokens() {}

  public static void main(String[] arguments) {
    List<URI> called = new ArrayList<>();
    ProxySelector proxies = ProxySelector.getDefault();
    ProxySelector.setDefault(new ProxySelector() {
      @Override
      public List<Proxy> select(URI address) {
        called.add(address);
        return proxies.select(address);
      }

      @Override
      public void connectFailed(URI address, SocketAddress proxy, IOException failure) { }
    });
    System.out.println("CUDA is seen: " + CudaUtils.hasCuda());
    try (HuggingFaceTokenizer tokenizer = PromptEncoder.tokenizer(Path.of(arguments[0]))) {
      System.out.println("tokens: " + tokenizer.encode("a red circle").getIds().length);
    }
    System.out.println("called: " + called);
  }
}

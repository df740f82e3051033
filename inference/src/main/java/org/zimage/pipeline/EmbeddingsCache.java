package org.zimage.pipeline;

import java.nio.IntBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The embeddings of the prompts that were used last. The pictures of a batch, and the empty negative prompt, are so encoded once.
 * Bounded by bytes on the heap. Thread-safe.
 */
final class EmbeddingsCache {
  private final long maxBytes;
  private final Map<IntBuffer, float[]> leastRecentFirst = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  EmbeddingsCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * @param tokens ids of the prompt, already cut to its length
   * @param encode called if these tokens are not known
   * @return [tokens, hidden size]; shared, so nobody may write to it
   */
  float[] get(int[] tokens, Function<int[], float[]> encode) {
    IntBuffer key = IntBuffer.wrap(tokens);
    synchronized (this) {
      float[] known = leastRecentFirst.get(key);
      if (known != null) {
        return known;
      }
    }
    float[] embeddings = encode.apply(tokens);
    put(key, embeddings);
    return embeddings;
  }

  private synchronized void put(IntBuffer key, float[] embeddings) {
    if (size(embeddings) > maxBytes || leastRecentFirst.putIfAbsent(key, embeddings) != null) {
      return;
    }
    bytes += size(embeddings);
    var oldest = leastRecentFirst.values().iterator();
    while (bytes > maxBytes) {
      bytes -= size(oldest.next());
      oldest.remove();
    }
  }

  private static long size(float[] embeddings) {
    return (long) Float.BYTES * embeddings.length;
  }
}

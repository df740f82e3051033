package org.zimage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingsCacheTest {
  private static final long ROOM_FOR_TWO = 2 * 3 * Float.BYTES;

  private final EmbeddingsCache cache = new EmbeddingsCache(ROOM_FOR_TWO);
  private final List<Integer> encoded = new ArrayList<>();

  @Test
  void encodesTheSameTokensOnce() {
    float[] first = embeddings(1, 3);

    assertThat(embeddings(1, 3)).isSameAs(first);
    assertThat(encoded).containsExactly(1);
  }

  @Test
  void forgetsWhatWasUsedLeastRecently() {
    embeddings(1, 3);
    embeddings(2, 3);
    embeddings(1, 3);
    embeddings(3, 3);
    embeddings(1, 3);
    embeddings(2, 3);

    assertThat(encoded).containsExactly(1, 2, 3, 2);
  }

  @Test
  void keepsNothingThatIsLargerThanItself() {
    embeddings(1, 3);
    embeddings(2, 7);
    embeddings(1, 3);
    embeddings(2, 7);

    assertThat(encoded).containsExactly(1, 2, 2);
  }

  private float[] embeddings(int token, int size) {
    return cache.get(new int[] {token}, tokens -> {
      encoded.add(token);
      return new float[size];
    });
  }
}

package org.zimage.pipeline.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetworkTest {
  @Test
  void ofSeveralErrorsTheFirstIsToldInItsOwnWords() {
    String several = """
        2 root error(s) found.
          (0) INVALID_ARGUMENT: JIT compilation failed.
        \t [[{{node Rsqrt}}]]
        \t [[prediction/_15]]
          (1) INVALID_ARGUMENT: JIT compilation failed.
        \t [[{{node Rsqrt}}]]
        0 successful operations.
        0 derived errors ignored.""";

    assertThat(Network.firstError(several)).isEqualTo("INVALID_ARGUMENT: JIT compilation failed.");
    assertThat(Network.firstError("Matrix size-incompatible: In[0]: [1,2]\n\t [[{{node MatMul}}]]"))
        .isEqualTo("Matrix size-incompatible: In[0]: [1,2]");
    assertThat(Network.firstError(null)).isEqualTo("null");
    assertThat(Network.firstError("x".repeat(5_000))).hasSize(501);
  }
}

package org.zimage.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunningAtTest {
  @Test
  void namesEveryWayIn() {
    assertThat(new RunningAt("http://127.0.0.1:8000", 0).sentence()).isEqualTo("Z-Image is running at http://127.0.0.1:8000");
    assertThat(new RunningAt("http://127.0.0.1:8000", 8443).sentence())
        .isEqualTo("Z-Image is running at http://127.0.0.1:8000 (this machine only) and by HTTPS at port 8443");
  }
}

package org.zimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WelcomeIT {
  private final Api api = new Api(RunningSystem.shared());

  @Test
  void saysThatItRuns() {
    assertThat(api.get("/").body()).isEqualTo("{\"message\":\"Z-Image API is running\"}");
  }

  @Test
  void saysThatItIsWell() {
    assertThat(api.get("/health").body()).isEqualTo("{\"status\":\"ok\",\"environment\":\"dev\"}");
  }
}

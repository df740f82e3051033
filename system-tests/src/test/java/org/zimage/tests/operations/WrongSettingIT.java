package org.zimage.tests.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.tests.system.Node;

/** A node that nobody watches: its end tells that something is wrong, and its last line what. */
class WrongSettingIT {
  @TempDir
  private Path home;

  @Test
  void aNodeThatASettingKeepsFromStartingEndsAndSaysWhich() throws Exception {
    Files.createDirectories(home.resolve("logs"));
    Map<String, String> settings = Map.of("DATABASE_URL", "postgresql://a:b@127.0.0.1:1/zimage", "ARTEMIS_URL", "tcp://127.0.0.1:1",
        "REDIS_URL", "redis-sentinel://127.0.0.1:1");

    try (Node node = Node.start("web", home, settings)) {
      assertThat(node.process().waitFor(3, TimeUnit.MINUTES)).as(node.text()).isTrue();

      assertThat(node.process().exitValue()).isEqualTo(78);
      assertThat(node.text().lines().reduce((first, last) -> last).orElseThrow()).contains("REDIS_URL must be", "#master");
      assertThat(node.text()).doesNotContain("\tat ");
    }
  }
}

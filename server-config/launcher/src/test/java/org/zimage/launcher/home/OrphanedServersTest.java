package org.zimage.launcher.home;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanedServersTest {
  @TempDir Path home;

  @Test
  void stopsAServerThatAKilledLauncherLeftBehind() throws Exception {
    Process server = new ProcessBuilder("tail", "-f", "/dev/null", "--pid", pid(), home.resolve("server").toString())
        .start();

    OrphanedServers.stop(Json.createObjectBuilder().add("redis", server.pid()).build(), home);

    assertThat(server.waitFor(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void leavesAProcessAloneThatGotTheNumberOfAnEndedServer() throws IOException {
    Process stranger = new ProcessBuilder("tail", "-f", "/dev/null", "--pid", pid()).start();

    OrphanedServers.stop(Json.createObjectBuilder().add("redis", stranger.pid()).build(), home);

    assertThat(stranger.isAlive()).isTrue();
    stranger.destroy();
  }

  @Test
  void leavesTheServersOfAHomeAloneWhoseNameBeginsOrEndsLikeThisOnes() throws IOException {
    Process stranger = new ProcessBuilder("tail", "-f", "/dev/null", "--pid", pid(), home + "b/server", "/data" + home).start();

    OrphanedServers.stop(Json.createObjectBuilder().add("redis", stranger.pid()).build(), home);

    assertThat(stranger.isAlive()).isTrue();
    stranger.destroy();
  }

  /** The helpers end with this process, whatever becomes of the test. */
  private static String pid() {
    return Long.toString(ProcessHandle.current().pid());
  }
}

package org.zimage.launcher.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunStateTest {
  @TempDir Path folder;

  @Test
  void isReadAsItWasWritten() {
    Home home = Home.prepare(folder);

    RunState.startingIn(home).process("redis", 12);

    assertThat(RunState.read(folder).orElseThrow().getInt("redis")).isEqualTo(12);
  }

  @Test
  void saysWhereTheSystemIsReachedOnceEverythingIsUp() {
    RunState state = RunState.startingIn(Home.prepare(folder));
    state.port("redis", 6379);
    assertThat(RunState.url(RunState.read(folder).orElseThrow())).isEmpty();

    state.ready("http://127.0.0.1:8000", 8443);

    assertThat(RunState.url(RunState.read(folder).orElseThrow())).contains("http://127.0.0.1:8000");
    assertThat(RunState.httpsPort(RunState.read(folder).orElseThrow())).isEqualTo(8443);
  }

  /** As a disk that was full, or a machine that lost its power, leaves it. */
  @ParameterizedTest
  @ValueSource(strings = {"", "{\"launcher\":1", "nothing", "[]", "{}", "{\"launcher\":1,\"payara\":\"x\"}", "{\"launcher\":1,\"url\":1}"})
  void whatCannotBeReadForbidsNoStart(String damaged) throws Exception {
    Home home = Home.prepare(folder);
    Files.writeString(home.run().resolve("state.json"), damaged);

    assertThat(RunState.read(folder)).isEmpty();
  }
}

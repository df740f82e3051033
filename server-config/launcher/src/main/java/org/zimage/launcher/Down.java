package org.zimage.launcher;

import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.zimage.launcher.home.OrphanedServers;
import org.zimage.launcher.home.RunState;
import org.zimage.launcher.settings.LauncherSettings;
import picocli.CommandLine.Command;

@Command(name = "down", description = "Stops the running system.")
final class Down implements Callable<Integer> {
  private static final long STOP_TIMEOUT_SECONDS = 90;

  @Override
  public Integer call() throws Exception {
    Path home = LauncherSettings.of(System.getenv()).home();
    Optional<JsonObject> state = RunState.read(home);
    if (state.isEmpty()) {
      System.out.println("Z-Image is not running in " + home);
      return 0;
    }
    ProcessHandle launcher = ProcessHandle.of(state.get().getJsonNumber("launcher").longValue()).orElse(null);
    if (launcher != null && Status.isLauncher(launcher)) {
      launcher.destroy();
      launcher.onExit().get(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } else {
      OrphanedServers.stop(state.get(), home);
      Files.deleteIfExists(home.resolve("run/state.json"));
    }
    System.out.println("Stopped.");
    return 0;
  }
}

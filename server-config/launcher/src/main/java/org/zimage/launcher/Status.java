package org.zimage.launcher;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.zimage.launcher.home.RunState;
import org.zimage.launcher.settings.LauncherSettings;
import picocli.CommandLine.Command;

@Command(name = "status", description = "Says what runs and where; exit code 3 if nothing does.")
final class Status implements Callable<Integer> {
  @Override
  public Integer call() {
    Path home = LauncherSettings.of(System.getenv()).home();
    Optional<JsonObject> state = RunState.read(home);
    boolean running = state.isPresent() && isAlive(state.get(), "launcher");
    if (!running) {
      System.out.println("Z-Image is not running in " + home);
      return 3;
    }
    System.out.println(RunState.backends(home).map(file -> "The servers for Z-Image are running: " + file)
        .orElseGet(() -> RunningAt.of(state.get()).map(RunningAt::sentence).orElse("Z-Image is starting in " + home)));
    Stream.of(List.of("launcher", "payara"), RunState.workers(state.get()), List.of("postgresql", "redis")).flatMap(List::stream)
        .filter(state.get()::containsKey).forEach(name -> print(state.get(), name));
    return 0;
  }

  private static void print(JsonObject state, String name) {
    System.out.printf("  %-11s process %d%s%s%s%n", name, state.getJsonNumber(name).longValue(),
        port(state, name.equals("launcher") ? "artemis" : name), RunState.workers(state).contains(name)
            ? ", with " + RunState.model(state, name) : "", isAlive(state, name) ? "" : " (ended)");
  }

  static boolean isLauncher(ProcessHandle process) {
    return process.info().commandLine().filter(line -> line.contains("org.zimage.launcher")).isPresent();
  }

  private static boolean isAlive(JsonObject state, String name) {
    return ProcessHandle.of(state.getJsonNumber(name).longValue()).isPresent();
  }

  private static String port(JsonObject state, String name) {
    String key = name + "_port";
    return state.containsKey(key) ? ", " + name + " port " + state.getJsonNumber(key).longValue() : "";
  }
}

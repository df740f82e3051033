package org.zimage.launcher.home;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zimage.launcher.error.LauncherException;

/** Servers of a launcher that was killed. They are stopped before new ones start on the same data. */
public final class OrphanedServers {
  /** After the nodes, which need them. */
  private static final List<String> BACKENDS = List.of("redis", "postgresql");

  /** Characters of a name: the text /homes/a also occurs in /homes/ab and in /data/homes/a. */
  private static final String OF_A_NAME = "[\\p{L}\\p{N}_.-]";

  private OrphanedServers() {}

  public static void stop(JsonObject state, Path home) {
    for (String name : inStoppingOrder(state)) {
      JsonNumber pid = state.getJsonNumber(name);
      if (pid != null) {
        stop(pid.longValue(), home);
      }
    }
  }

  /** Stops the process if its command names this folder: the system may have given its number to another one since. */
  public static void stop(long pid, Path folder) {
    ProcessHandle.of(pid).filter(process -> belongsTo(process, folder)).ifPresent(OrphanedServers::stop);
  }

  private static List<String> inStoppingOrder(JsonObject state) {
    return Stream.of(List.of("payara"), RunState.workers(state), BACKENDS).flatMap(List::stream).toList();
  }

  /**
   * Whether a process belongs to this home. The system may have given its id to another process since, so its command must name
   * this home.
   */
  public static boolean belongsTo(ProcessHandle process, Path home) {
    Pattern named = Pattern.compile("(?<!" + OF_A_NAME + ")" + Pattern.quote(home.toString()) + "(?!" + OF_A_NAME + ")");
    return process.info().commandLine().filter(line -> named.matcher(line).find()).isPresent();
  }

  private static void stop(ProcessHandle process) {
    process.destroy();
    try {
      process.onExit().get(15, TimeUnit.SECONDS);
    } catch (TimeoutException stuck) {
      process.destroyForcibly();
      process.onExit().join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LauncherException("Interrupted while stopping process " + process.pid(), interrupted);
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

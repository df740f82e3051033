package org.zimage.launcher.home;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.zimage.launcher.error.LauncherException;

/** Servers that outlived a launcher which was killed; they are stopped before new ones start on the same data. */
public final class OrphanedServers {
  private static final List<String> IN_STOPPING_ORDER = List.of("payara", "redis", "postgresql");

  /** /homes/a is in /homes/ab and in /data/homes/a, too. */
  private static final String OF_A_NAME = "[\\p{L}\\p{N}_.-]";

  private OrphanedServers() {}

  public static void stop(JsonObject state, Path home) {
    for (String name : IN_STOPPING_ORDER) {
      JsonNumber pid = state.getJsonNumber(name);
      if (pid != null) {
        ProcessHandle.of(pid.longValue()).filter(process -> belongsTo(process, home)).ifPresent(OrphanedServers::stop);
      }
    }
  }

  /** A process id may have been given to somebody else since: only a process that names this home is ours. */
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

package org.zimage.launcher;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.zimage.launcher.error.LauncherException;
import org.zimage.launcher.process.ConsoleProgress;
import org.zimage.launcher.product.Distribution;
import org.zimage.launcher.settings.LauncherSettings;
import org.zimage.launcher.settings.SecretFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import sun.misc.Signal;

@Command(name = "up", description = "Starts the system and stays until Ctrl-C.")
final class Up implements Callable<Integer> {
  @Option(names = "--model", paramLabel = "FOLDER",
      description = "made by 'zimage export'; several times: a worker process for each, and the first is the default "
          + "(ZIMAGE_MODEL_DIR, or z-image-nano)")
  private List<Path> models = List.of();

  @Override
  public Integer call() throws Exception {
    Map<String, String> environment = SecretFiles.read(System.getenv());
    if (!models.isEmpty()) {
      environment.put("ZIMAGE_MODEL_DIR", models.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    }
    ConsoleProgress progress = new ConsoleProgress(System.out);
    LocalSystem system = new LocalSystem(Distribution.ofThisJar(), environment, progress);
    progress.say("Starting Z-Image in " + LauncherSettings.of(environment).home());
    return untilStopped(system, progress, () -> invitation(system.start()) + OpenServerWarning.of(environment));
  }

  /** @param start what is started; answers what is said when it runs */
  static int untilStopped(LocalSystem system, ConsoleProgress progress, Callable<String> start) throws Exception {
    // Not shutdown hooks: those run all at once, and the servers must stop one after the other.
    for (String signal : new String[] {"INT", "TERM", "HUP"}) {
      Signal.handle(new Signal(signal), received -> stop(system, progress));
    }
    try {
      progress.say(start.call());
      system.awaitStop();
    } catch (LauncherException failure) {
      if (!system.isStopping()) {
        throw failure;
      }
    } finally {
      system.stop();
    }
    progress.say("Stopped.");
    return 0;
  }

  private static void stop(LocalSystem system, ConsoleProgress progress) {
    progress.say("Stopping …");
    system.stopInBackground();
  }

  private static String invitation(RunningAt address) {
    return """

        %2$s   (stop it with Ctrl-C or ./zimage down)

        Ask for a picture:

          curl -s %1$s/v1/images/generate -H 'Content-Type: application/json' \\
            -d '{"prompt": "a red circle on a white background", "seed": 3}'

        then follow the status_url of the answer, and open its image_url.
        """.formatted(address.url(), address.sentence());
  }
}

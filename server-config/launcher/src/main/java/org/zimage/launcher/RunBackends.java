package org.zimage.launcher;

import java.util.Map;
import java.util.concurrent.Callable;
import org.zimage.launcher.process.ConsoleProgress;
import org.zimage.launcher.product.Distribution;
import org.zimage.launcher.settings.LauncherSettings;
import org.zimage.launcher.settings.SecretFiles;
import picocli.CommandLine.Command;

@Command(name = "backends", description = "Starts PostgreSQL, Redis and the broker only, and stays until Ctrl-C.")
final class RunBackends implements Callable<Integer> {
  @Override
  public Integer call() throws Exception {
    Map<String, String> environment = SecretFiles.read(System.getenv());
    ConsoleProgress progress = new ConsoleProgress(System.out);
    LocalSystem system = new LocalSystem(Distribution.ofThisJar(), environment, progress);
    progress.say("Starting the servers that Z-Image needs in " + LauncherSettings.of(environment).home());
    return Up.untilStopped(system, progress, () ->
        "Their addresses are in " + system.startBackends() + "   (stop them with Ctrl-C or ./zimage down)");
  }
}

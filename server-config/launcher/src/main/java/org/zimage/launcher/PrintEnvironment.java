package org.zimage.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.zimage.launcher.settings.ApplicationSettings;
import org.zimage.launcher.settings.Backends;
import org.zimage.launcher.settings.EnvironmentFile;
import org.zimage.launcher.settings.HttpsCertificate;
import org.zimage.launcher.settings.LauncherSettings;
import org.zimage.launcher.settings.SecretFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "environment",
    description = "Writes what the server's resources and the applications read: "
        + "NAME=value, each ended by a zero byte.")
final class PrintEnvironment implements Callable<Integer> {
  @Option(names = "--https-store", paramLabel = "FILE", description = "Where certificate and key of HTTPS are written to.")
  private Path httpsStore;

  @Option(names = "--applications", paramLabel = "EAR", description = "Whose settings are checked, too.")
  private Path applications;

  @Parameters(paramLabel = "FILE", arity = "0..1", description = "Settings that win over the environment's.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    Map<String, String> environment = new TreeMap<>(System.getenv());
    if (file != null) {
      Map<String, String> settings = EnvironmentFile.read(file);
      // A secret that is in the environment, as after an earlier start by the same shell, is not given twice
      SecretFiles.SECRETS.stream().filter(name -> settings.containsKey(name + "_FILE")).forEach(environment::remove);
      environment.putAll(settings);
      settings.forEach((name, value) -> word(name + "=" + value));
    }
    environment = SecretFiles.read(environment);
    Map<String, String> variables = variables(environment);
    if (applications != null) {
      ApplicationSettings.check(applications, environment);
    }
    if (httpsStore != null) {
      LauncherSettings settings = LauncherSettings.of(environment);
      settings.httpsWarnings().forEach(System.err::println);
      variables.putAll(HttpsCertificate.variables(settings, httpsStore));
    }
    variables.forEach((name, value) -> word(name + "=" + value));
    System.out.flush();
    return 0;
  }

  /** The addresses, in the parts that the server's resources use, and the secrets, read from their files. */
  static Map<String, String> variables(Map<String, String> environment) {
    LauncherSettings settings = LauncherSettings.of(environment);
    settings.modelFolder(); // refuses several
    Map<String, String> variables = Backends.of(settings).environment();
    for (String name : SecretFiles.SECRETS) {
      if (environment.containsKey(name)) {
        variables.putIfAbsent(name, environment.get(name));
      }
    }
    return variables;
  }

  /** Writes a word and a zero byte, which no variable and no argument can contain. */
  static void word(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.out.write(bytes, 0, bytes.length);
    System.out.write(0);
  }
}

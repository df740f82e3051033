package org.zimage.launcher;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "environment",
    description = "Writes what the server's resources and the applications read: "
        + "NAME=value, each ended by a zero byte.")
final class PrintEnvironment implements Callable<Integer> {
  @Override
  public Integer call() {
    variables(SecretFiles.read(System.getenv())).forEach((name, value) -> word(name + "=" + value));
    System.out.flush();
    return 0;
  }

  /** The addresses in the parts that the server's resources want, and the secrets out of their files. */
  static Map<String, String> variables(Map<String, String> environment) {
    LauncherSettings settings = LauncherSettings.of(environment);
    Map<String, String> variables = Backends.of(settings).environment();
    WorkerSelector.of(settings.modelFolder()).ifPresent(selector -> variables.put("ZIMAGE_WORKER_SELECTOR", selector));
    for (String name : SecretFiles.SECRETS) {
      if (environment.containsKey(name)) {
        variables.putIfAbsent(name, environment.get(name));
      }
    }
    return variables;
  }

  /** A zero byte can be in no variable and in no argument. */
  static void word(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.out.write(bytes, 0, bytes.length);
    System.out.write(0);
  }
}

package org.zimage.web.stopping;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.glassfish.embeddable.CommandResult;
import org.glassfish.embeddable.CommandRunner;
import org.glassfish.internal.api.Globals;

/** The server's listeners for HTTP, except the one of its administration. */
final class HttpListeners {
  private static final String LISTENERS = "configs.config.server-config.network-config.network-listeners.network-listener.";
  private static final String ENABLED = ".enabled=";
  private static final Pattern OPEN = Pattern.compile("network-listener\\.([^.=]+)\\.enabled=true");
  private static final String ADMINISTRATION = "admin-listener";

  private final Map<String, String> ours = new LinkedHashMap<>();

  /**
   * @param ours those that the server was started without, because it would answer in its own words until the applications are
   *     there: {@code http-listener-1=true}, separated by spaces; null where all that are open are ours, and others open them
   */
  HttpListeners(String ours) {
    if (ours != null && !ours.isBlank()) {
      for (String listener : ours.strip().split(" +")) {
        String[] pair = listener.split("=", 2);
        this.ours.put(pair[0], pair[1]);
      }
    }
  }

  void open() {
    ours.forEach((name, enabled) -> set(LISTENERS + name + ENABLED + enabled));
  }

  /** Breaks all connections off, and lets nobody connect. */
  void close() {
    (ours.isEmpty() ? allOpen() : ours.keySet()).forEach(name -> set(LISTENERS + name + ENABLED + false));
  }

  private static List<String> allOpen() {
    List<String> open = new ArrayList<>();
    Matcher listener = OPEN.matcher(server().run("get", LISTENERS + "*.enabled").getOutput());
    while (listener.find()) {
      if (!listener.group(1).equals(ADMINISTRATION)) {
        open.add(listener.group(1));
      }
    }
    return open;
  }

  private static void set(String nameAndValue) {
    CommandResult result = server().run("set", nameAndValue);
    if (result.getExitStatus() == CommandResult.ExitStatus.FAILURE) {
      throw new IllegalStateException(nameAndValue + ": " + result.getOutput(), result.getFailureCause());
    }
  }

  private static CommandRunner server() {
    return Globals.get(CommandRunner.class);
  }
}

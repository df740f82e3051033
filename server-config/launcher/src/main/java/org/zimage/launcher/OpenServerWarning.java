package org.zimage.launcher;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.zimage.launcher.settings.LauncherSettings;

/** The warning that anybody on the network may use a server, because it listens to other machines and asks for no keys. */
final class OpenServerWarning {
  private static final Set<String> YES = Set.of("true", "1", "yes", "on");

  private OpenServerWarning() {}

  /**
   * The text of the warning; empty where none is needed.
   *
   * @param environment of {@code ./zimage up}, which asks for no keys unless told to
   */
  static String of(Map<String, String> environment) {
    String host = LauncherSettings.of(environment).host();
    boolean keys = YES.contains(environment.getOrDefault("API_ENABLE_AUTH", "false").strip().toLowerCase(Locale.ROOT));
    boolean own = host.matches("127(\\.\\d+){3}|\\[?::1]?|localhost");
    return keys || own ? "" : """

        ################################################################################
        #  NO KEYS ARE ASKED FOR, and others reach this server (ZIMAGE_HOST=%s).
        #  Whoever does may draw, and see and delete everything.
        #  Set API_ENABLE_AUTH=true, API_ADMIN_KEY and API_ALLOWED_KEYS,
        #  or leave ZIMAGE_HOST out: then only this machine reaches it.
        ################################################################################
        """.formatted(host);
  }
}

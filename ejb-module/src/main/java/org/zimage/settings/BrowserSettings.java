package org.zimage.settings;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names under which this service may be called, and the sites whose pages may call it.
 *
 * @param listensOn ZIMAGE_HOST: the address or name that the server listens on
 * @param allowedHosts ZIMAGE_ALLOWED_HOSTS: names that requests without keys may be sent to, in lower case; {@code *}: any
 * @param corsOrigins ZIMAGE_CORS_ORIGINS: origins whose pages may call, in lower case; {@code *}: any
 */
public record BrowserSettings(String listensOn, Set<String> allowedHosts, Set<String> corsOrigins) {
  /** A server that listens on this machine only, and knows of no other site. */
  public static final BrowserSettings DEFAULT = new BrowserSettings("127.0.0.1", Set.of(), Set.of());

  private static final String ANY = "*";
  private static final Pattern NAME = Pattern.compile("[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?");
  private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[a-z0-9_.\\[\\]:-]+");
  private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+\\]");
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}|\\[?::1\\]?|localhost");
  private static final Pattern PORT = Pattern.compile(":\\d*$");

  /** @throws InvalidSetting for a host or an origin that is none */
  static BrowserSettings read(Settings.Reader reader) {
    return new BrowserSettings(reader.text("ZIMAGE_HOST", DEFAULT.listensOn),
        list(reader, "ZIMAGE_ALLOWED_HOSTS", NAME, "names without ports, separated by commas, or *"),
        list(reader, "ZIMAGE_CORS_ORIGINS", ORIGIN, "origins such as https://studio.example, separated by commas, or *"));
  }

  private static Set<String> list(Settings.Reader reader, String variable, Pattern form, String allowed) {
    Set<String> values =
        reader.list(variable).stream().map(value -> value.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    for (String value : values) {
      if (!value.equals(ANY) && !form.matcher(value).matches()) {
        throw new InvalidSetting(variable, value, allowed);
      }
    }
    return values;
  }

  /** Whether others than this machine reach the server. */
  public boolean isOpenToOthers() {
    return !LOOPBACK.matcher(listensOn.toLowerCase(Locale.ROOT)).matches();
  }

  /**
   * Whether a request may be sent to this host: any address, since no name server leads it elsewhere, and the names that are
   * known to lead here.
   *
   * @param authority the header {@code Host}; null where there is none, as no browser sends it
   */
  public boolean allowsHost(String authority) {
    if (authority == null) {
      return true;
    }
    String host = PORT.matcher(authority.toLowerCase(Locale.ROOT)).replaceFirst("").replaceFirst("\\.$", "");
    return ADDRESS.matcher(host).matches() || host.equals("localhost") || host.endsWith(".localhost")
        || host.equalsIgnoreCase(listensOn) || allowedHosts.contains(host) || allowedHosts.contains(ANY);
  }

  /** Whether pages of this origin may call. */
  public boolean allowsOrigin(String origin) {
    return corsOrigins.contains(ANY) || corsOrigins.contains(origin.toLowerCase(Locale.ROOT));
  }
}

package org.zimage.launcher;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A broker as {@code ARTEMIS_URL} names it; the resource adapter wants its parts.
 *
 * @param parameters of the connection, such as {@code sslEnabled=true}, as the address carries them
 */
record BrokerUrl(String host, int port, String user, String password, List<String> parameters) {
  private static final int USUAL_PORT = 61616;

  /** @throws LauncherException if the text is not {@code tcp://[user:password@]host[:port][?parameter=value&…]} */
  static BrokerUrl parse(String text) {
    try {
      URI uri = URI.create(text.trim());
      if (uri.getHost() != null && "tcp".equals(uri.getScheme())) {
        String[] credentials = uri.getRawUserInfo() == null ? new String[] {"", ""} : uri.getRawUserInfo()
            .split(":", 2);
        return new BrokerUrl(uri.getHost(), uri.getPort() < 0 ? USUAL_PORT : uri.getPort(), decoded(credentials[0]),
            credentials.length > 1 ? decoded(credentials[1]) : "",
            uri.getQuery() == null ? List.of() : List.of(uri.getQuery().split("&")));
      }
    } catch (IllegalArgumentException notAnAddress) {
      // answered below, with the others
    }
    throw new LauncherException("ARTEMIS_URL is not a broker's address: write it like tcp://host:61616 or "
        + "tcp://user:password@host:61617?sslEnabled=true " + Backends.ENCODING_HINT);
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Host, port and parameters as Artemis' connector reads them. */
  String connection() {
    List<String> all = new ArrayList<>(List.of("host=" + host, "port=" + port));
    all.addAll(parameters);
    // Otherwise the stores of the Java that runs this win, which Payara Server always has: the address is the one that was meant
    if (has("(trust|key)StorePath") && !has("forceSSLParameters")) {
      all.add("forceSSLParameters=true");
    }
    return String.join(";", all);
  }

  private boolean has(String parameter) {
    return parameters.stream().anyMatch(each -> each.matches(parameter + "=.*"));
  }
}

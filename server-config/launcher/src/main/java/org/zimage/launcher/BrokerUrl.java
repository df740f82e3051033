package org.zimage.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
      ServerAddress address = ServerAddress.parse(text);
      if (address.hosts().size() == 1 && "tcp".equals(address.scheme())) {
        ServerAddress.Host host = address.hosts().get(0);
        return new BrokerUrl(host.bareName(), host.port() < 0 ? USUAL_PORT : host.port(), address.user(), address.password(),
            address.query().isEmpty() ? List.of() : Stream.of(address.query().split("&")).map(ServerAddress::decoded).toList());
      }
    } catch (IllegalArgumentException notAnAddress) {
      // answered below, with the others
    }
    throw new LauncherException("ARTEMIS_URL is not a broker's address: write it like tcp://host:61616 or "
        + "tcp://user:password@host:61617?sslEnabled=true " + Backends.ENCODING_HINT);
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

  /** As {@link #parse} reads it again. */
  String url() {
    return "tcp://" + (user.isEmpty() ? "" : ServerAddress.encoded(user) + ":" + ServerAddress.encoded(password) + "@")
        + Ports.inBrackets(host) + ":" + port
        + parameters.stream().map(BrokerUrl::encodedParameter).collect(Collectors.joining("&", parameters.isEmpty() ? "" : "?", ""));
  }

  private static String encodedParameter(String parameter) {
    String[] words = parameter.split("=", 2);
    return words.length > 1 ? words[0] + "=" + ServerAddress.encoded(words[1]) : words[0];
  }
}

package org.zimage.launcher.address;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.zimage.launcher.error.LauncherException;

/**
 * A broker as {@code ARTEMIS_URL} names it, or several of which one works at a time. The resource adapter takes its parts.
 *
 * @param connectors one for each broker, in the order in which they are tried
 */
public record BrokerUrl(List<Connector> connectors, String user, String password) {
  private static final int DEFAULT_PORT = 61616;
  /** The form in which Artemis writes several addresses: {@code (tcp://one:61616,tcp://two:61616)?parameter=value}. */
  private static final Pattern SEVERAL = Pattern.compile("\\((.*)\\)(?:\\?(.*))?");
  private static final Pattern NEXT = Pattern.compile(",(?=[a-z]+://)");
  /**
   * Parameters by which Artemis' own client reconnects. They are ignored, because a node reconnects by itself, to whichever broker
   * answers.
   */
  private static final Set<String> IGNORED_PARAMETERS = Set.of("ha", "reconnectAttempts", "initialConnectAttempts", "failoverAttempts",
      "retryInterval", "retryIntervalMultiplier", "maxRetryInterval", "useTopologyForLoadBalancing");
  /** Characters at which the resource adapter splits, and which cannot be escaped. */
  private static final Pattern FORBIDDEN_CHARACTERS = Pattern.compile("[;=]");

  /**
   * The address of one broker.
   *
   * @param parameters such as {@code sslEnabled} and {@code true}
   */
  record Connector(String host, int port, Map<String, String> parameters) {
    /** The text that the resource adapter reads. */
    String text() {
      Map<String, String> all = new LinkedHashMap<>(parameters);
      // Otherwise the key stores of the JVM win over those of the address, and on Payara Server the JVM always has some
      if (parameters.containsKey(TransportConstants.TRUSTSTORE_PATH_PROP_NAME)
          || parameters.containsKey(TransportConstants.KEYSTORE_PATH_PROP_NAME)) {
        all.putIfAbsent(TransportConstants.FORCE_SSL_PARAMETERS, "true");
      }
      return "host=" + host + ";port=" + port + all.entrySet().stream()
          .map(each -> ";" + each.getKey() + "=" + each.getValue().replace(",", "\\,")).collect(Collectors.joining());
    }

    String url(String account) {
      return "tcp://" + account + Ports.inBrackets(host) + ":" + port + parameters.entrySet().stream()
          .map(each -> each.getKey() + "=" + ServerAddress.encoded(each.getValue()))
          .collect(Collectors.joining("&", parameters.isEmpty() ? "" : "?", ""));
    }
  }

  /** The address of one broker without encryption. */
  public static BrokerUrl at(String host, int port, String user, String password) {
    return new BrokerUrl(List.of(new Connector(host, port, Map.of())), user, password);
  }

  /** The port of the first broker. */
  public int port() {
    return connectors.get(0).port();
  }

  /**
   * Reads {@code tcp://[user:password@]host[:port][?parameter=value&…]}, or several of them as Artemis' own client does.
   *
   * @throws LauncherException for any other text, and for a parameter that Artemis does not know
   */
  public static BrokerUrl parse(String text) {
    try {
      Matcher several = SEVERAL.matcher(text.trim());
      return several.matches() ? of(List.of(NEXT.split(several.group(1))), several.group(2)) : of(List.of(text), null);
    } catch (IllegalArgumentException notAnAddress) {
      throw new LauncherException("ARTEMIS_URL is not a broker's address: write it like tcp://host:61616 or "
          + "tcp://user:password@host:61617?sslEnabled=true, a pair like (tcp://user:password@one:61616,tcp://two:61616) "
          + ServerAddress.ENCODING_HINT);
    }
  }

  private static BrokerUrl of(List<String> addresses, String commonQuery) {
    List<Connector> connectors = new ArrayList<>();
    String user = "";
    String password = "";
    for (String each : addresses) {
      ServerAddress address = ServerAddress.parse(each);
      if (!"tcp".equals(address.scheme())) {
        throw new IllegalArgumentException("not a broker's");
      }
      Map<String, String> parameters = new LinkedHashMap<>(parameters(commonQuery == null ? "" : commonQuery));
      parameters.putAll(parameters(address.query()));
      address.hosts().forEach(host -> connectors.add(
          new Connector(host.bareName(), host.port() < 0 ? DEFAULT_PORT : host.port(), parameters)));
      if (user.isEmpty()) {
        user = address.user();
        password = address.password();
      }
    }
    return new BrokerUrl(List.copyOf(connectors), user, password);
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String parameter : query.isEmpty() ? new String[0] : query.split("&")) {
      String[] words = parameter.split("=", 2);
      String name = ServerAddress.decoded(words[0]);
      String value = words.length > 1 ? ServerAddress.decoded(words[1]) : "";
      if (IGNORED_PARAMETERS.contains(name)) {
        continue;
      }
      if (!TransportConstants.ALLOWABLE_CONNECTOR_KEYS.contains(name)) {
        throw new LauncherException("ARTEMIS_URL has the parameter " + name + ", which Artemis' connector does not know");
      }
      if (value.isEmpty() || FORBIDDEN_CHARACTERS.matcher(value).find()) {
        throw new LauncherException("ARTEMIS_URL has the parameter " + name + ", whose value must be there and cannot contain ; or =");
      }
      parameters.put(name, value);
    }
    return parameters;
  }

  /** The text from which the resource adapter reads all brokers. */
  public String connection() {
    return connectors.stream().map(Connector::text).collect(Collectors.joining(","));
  }

  /** The address, as {@link #parse} reads it. */
  public String url() {
    String account = user.isEmpty() ? "" : ServerAddress.encoded(user) + ":" + ServerAddress.encoded(password) + "@";
    String all = connectors.stream().map(each -> each.url(account)).collect(Collectors.joining(","));
    return connectors.size() > 1 ? "(" + all + ")" : all;
  }
}

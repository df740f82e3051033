package org.zimage.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.zimage.network.AddressBlock;

/**
 * ZIMAGE_TRUSTED_PROXIES: the proxies that are believed in what they say of where a call comes from. Everybody can send that header.
 *
 * @param networks empty: none is believed
 */
public record TrustedProxies(List<AddressBlock> networks) {
  /** What {@link InetAddress} reads without asking a name server. */
  private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  private static final Pattern WITH_PORT = Pattern.compile("^(?:\\[([^\\]]*+)](:\\d++)?|(\\d[\\d.]*+):\\d++)$");

  /** @throws InvalidSetting for what is neither an address nor a network */
  static TrustedProxies read(Settings.Reader reader) {
    String variable = "ZIMAGE_TRUSTED_PROXIES";
    Set<String> values = reader.list(variable);
    return new TrustedProxies(values.stream().map(value -> network(value).orElseThrow(() -> new InvalidSetting(variable, value,
        "addresses or networks such as 10.0.0.7, 10.0.0.0/8 or fd00::/8, separated by commas"))).toList());
  }

  private static Optional<AddressBlock> network(String text) {
    String[] parts = text.split("/", 2);
    return address(parts[0]).flatMap(address -> {
      int all = address.getAddress().length * Byte.SIZE;
      int bits = parts.length == 1 ? all : parts[1].matches("\\d{1,3}") ? Integer.parseInt(parts[1]) : Integer.MAX_VALUE;
      return bits <= all ? Optional.of(new AddressBlock(address, bits)) : Optional.empty();
    });
  }

  private static Optional<InetAddress> address(String text) {
    if (!ADDRESS.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException noAddress) {
      return Optional.empty();
    }
  }

  /**
   * The address that a call comes from: the connection's own, or, as long as that is a trusted proxy's, what it says was before it.
   *
   * @param peer the address at the other end of the connection
   * @param forwardedFor the values of {@code X-Forwarded-For}, in their order: each proxy adds the address that it was called from
   */
  public String callerOf(String peer, List<String> forwardedFor) {
    String caller = peer;
    List<String> before = new ArrayList<>(forwardedFor.stream().flatMap(value -> Arrays.stream(value.split(","))).toList());
    while (!before.isEmpty() && isTrusted(caller)) {
      String told = withoutPort(before.remove(before.size() - 1).strip());
      if (address(told).isEmpty()) {
        return caller;
      }
      caller = told;
    }
    return caller;
  }

  private boolean isTrusted(String caller) {
    return !networks.isEmpty() && address(caller.replaceFirst("%.*", ""))
        .filter(address -> networks.stream().anyMatch(network -> network.contains(address))).isPresent();
  }

  private static String withoutPort(String told) {
    return WITH_PORT.matcher(told).replaceFirst("$1$3");
  }
}

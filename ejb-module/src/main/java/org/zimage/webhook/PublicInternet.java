package org.zimage.webhook;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.zimage.network.AddressBlock;

/** Whether an address is not globally routable, by IANA's special-purpose registries. */
final class PublicInternet {

  private static final List<AddressBlock> SPECIAL = List.of(
      // IPv4: this network, private, shared, loopback, link-local, protocols, examples, benchmarks, 6to4, multicast,
      // reserved
      block("0.0.0.0", 8), block("10.0.0.0", 8), block("100.64.0.0", 10), block("127.0.0.0", 8),
          block("169.254.0.0", 16),
      block("172.16.0.0", 12), block("192.0.0.0", 24), block("192.0.2.0", 24), block("192.88.99.0", 24),
      block("192.168.0.0", 16), block("198.18.0.0", 15), block("198.51.100.0", 24), block("203.0.113.0", 24),
      block("224.0.0.0", 4), block("240.0.0.0", 4));

  /** Of IPv6 only this block is routed, without examples and without those that carry IPv4 addresses. */
  private static final AddressBlock GLOBAL = block("2000::", 3);
  private static final List<AddressBlock> NOT_GLOBAL =
      List.of(block("2001::", 23), block("2001:db8::", 32), block("2002::", 16), block("3fff::", 20));

  private PublicInternet() { }

  /** Whether the public internet does not know an address, so that it may lead to one's own network. */
  static boolean lacks(InetAddress address) {
    if (address instanceof Inet4Address) {
      return SPECIAL.stream().anyMatch(block -> block.contains(address));
    }
    return !GLOBAL.contains(address) || NOT_GLOBAL.stream().anyMatch(block -> block.contains(address));
  }

  private static AddressBlock block(String first, int prefix) {
    try {
      return new AddressBlock(InetAddress.getByName(first), prefix);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(first + " is no address", e);
    }
  }
}

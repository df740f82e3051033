package org.zimage.webhook;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Whether an address is not globally routable, by IANA's special-purpose registries. */
final class PublicInternet {
  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;

  private static final List<Block> SPECIAL = List.of(
      // IPv4: this network, private, shared, loopback, link-local, protocols, examples, benchmarks, 6to4, multicast,
      // reserved
      block("0.0.0.0", 8), block("10.0.0.0", 8), block("100.64.0.0", 10), block("127.0.0.0", 8),
          block("169.254.0.0", 16),
      block("172.16.0.0", 12), block("192.0.0.0", 24), block("192.0.2.0", 24), block("192.88.99.0", 24),
      block("192.168.0.0", 16), block("198.18.0.0", 15), block("198.51.100.0", 24), block("203.0.113.0", 24),
      block("224.0.0.0", 4), block("240.0.0.0", 4));

  /** Of IPv6 only this block is routed, without examples and without those that carry IPv4 addresses. */
  private static final Block GLOBAL = block("2000::", 3);
  private static final List<Block> NOT_GLOBAL =
      List.of(block("2001::", 23), block("2001:db8::", 32), block("2002::", 16), block("3fff::", 20));

  private PublicInternet() { }

  /** Whether the public internet does not know an address, so that it may lead to one's own network. */
  static boolean lacks(InetAddress address) {
    if (address instanceof Inet4Address) {
      return SPECIAL.stream().anyMatch(block -> block.contains(address));
    }
    return !GLOBAL.contains(address) || NOT_GLOBAL.stream().anyMatch(block -> block.contains(address));
  }

  private static Block block(String first, int prefix) {
    try {
      byte[] bytes = InetAddress.getByName(first).getAddress();
      int bits = bytes.length == 4 ? IPV4_BITS : IPV6_BITS;
      return new Block(new BigInteger(1, bytes).shiftRight(bits - prefix), bits, prefix);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(first + " is no address", e);
    }
  }

  private record Block(BigInteger start, int bits, int prefix) {
    boolean contains(InetAddress address) {
      byte[] bytes = address.getAddress();
      return bytes.length * Byte.SIZE == bits && new BigInteger(1, bytes).shiftRight(bits - prefix).equals(start);
    }
  }
}

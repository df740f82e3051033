package org.zimage.network;

import java.math.BigInteger;
import java.net.InetAddress;

/**
 * Addresses of IPv4 or of IPv6 that begin alike (CIDR, RFC 4632).
 *
 * @param bits how many of the first are equal, from 0 to all of the address
 */
public record AddressBlock(InetAddress address, int bits) {
  /** Whether an address is one of them; never for one of the other kind. */
  public boolean contains(InetAddress other) {
    byte[] own = address.getAddress();
    byte[] others = other.getAddress();
    int rest = own.length * Byte.SIZE - bits;
    return own.length == others.length
        && new BigInteger(1, own).shiftRight(rest).equals(new BigInteger(1, others).shiftRight(rest));
  }
}

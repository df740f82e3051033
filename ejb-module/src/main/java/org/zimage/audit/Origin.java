package org.zimage.audit;

/**
 * Where a call comes from.
 *
 * @param address of the network; null where it is not known, as of messages, which come from the broker
 */
public record Origin(Door door, String address) {
  /** A message's. */
  public static final Origin JMS = new Origin(Door.JMS, null);
  /** That of a node's own work. */
  public static final Origin NODE = new Origin(Door.NODE, null);
}

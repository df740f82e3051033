package org.zimage.listener;

/** A message-driven bean's consumers as they are now; {@code org.zimage:type=Listener,queue="…"}. */
public interface ListeningMXBean {
  /** How many consumers there should be. */
  int getWanted();

  /** How many there are. */
  int getListening();

  /** How often the broker has taken one away. */
  long getLost();

  /** For how many seconds one or more have been missing; 0 while there are all. */
  long getMissingSeconds();

  /** How many seconds ago the broker took one away; -1 for never. */
  long getSecondsSinceLost();
}

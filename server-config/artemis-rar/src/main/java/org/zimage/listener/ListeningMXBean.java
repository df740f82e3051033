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

  /**
   * Gives the bean no more messages: its application is about to stop. Those that come wait, and go back to their queue.
   *
   * @param millis how long to wait for those that it works on
   * @return whether it works on none any more
   */
  boolean pause(long millis);

  /** What the broker, or the way to it, said when one could not be had last; null while there are all. */
  String getTrouble();
}

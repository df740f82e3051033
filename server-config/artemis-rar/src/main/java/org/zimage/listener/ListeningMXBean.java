package org.zimage.listener;

/** The consumers of a message-driven bean at this moment; {@code org.zimage:type=Listener,queue="…"}. */
public interface ListeningMXBean {
  /** How many consumers there should be; none before {@link #select} where the application chooses its messages later. */
  int getWanted();

  /** How many there are. */
  int getListening();

  /** How often the broker has closed a consumer. */
  long getLost();

  /** For how many seconds at least one consumer has been missing; 0 while none is. */
  long getMissingSeconds();

  /** How many seconds ago the broker closed a consumer; -1 for never. */
  long getSecondsSinceLost();

  /**
   * Makes the consumers of a bean whose activation selects no message ({@link Listening#NONE_YET}), because its application
   * learns only later which messages are its own. The same selector a second time changes nothing.
   *
   * @param selector which messages the bean gets, as JMS writes it
   * @throws IllegalStateException when the bean has another selector already
   */
  void select(String selector);

  /**
   * Delivers no more messages to the bean, because its application is about to stop. Messages that come wait, and go back to their
   * queue.
   *
   * @param millis how long to wait for those that it works on
   * @return whether it works on none any more
   */
  boolean pause(long millis);

  /** The last failure to make a consumer; null while all are there. */
  String getTrouble();
}

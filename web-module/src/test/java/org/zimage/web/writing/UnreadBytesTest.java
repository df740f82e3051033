package org.zimage.web.writing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnreadBytesTest {
  private static final long HALF = UnreadBytes.MOST_OF_ONE_ADDRESS / 2;

  private final UnreadBytes<String> unread = new UnreadBytes<>();

  @Test
  void ofOneAddressWhoWaitsLongestMakesRoom() {
    unread.keep("first", "10.0.0.1", HALF);
    unread.keep("other's", "10.0.0.2", HALF);
    assertThat(unread.keep("second", "10.0.0.1", HALF)).isEmpty();

    assertThat(unread.keep("third", "10.0.0.1", 1)).containsExactly("first");
  }

  @Test
  void ofAllAddressesWhoWaitsLongestMakesRoom() {
    unread.keep("first", "10.0.0.1", UnreadBytes.MOST / 2);
    assertThat(unread.keep("second", "10.0.0.2", UnreadBytes.MOST / 2)).isEmpty();

    assertThat(unread.keep("third", "10.0.0.3", 1)).containsExactly("first");
  }

  @Test
  void whoIsReadMeanwhileHasNotWaitedLongest() {
    unread.keep("first", "10.0.0.1", HALF);
    unread.keep("second", "10.0.0.1", HALF);

    unread.release("first");
    unread.keep("first", "10.0.0.1", HALF);

    assertThat(unread.keep("third", "10.0.0.1", HALF)).containsExactly("second");
  }

  @Test
  void whatIsReadMakesRoom() {
    unread.keep("first", "10.0.0.1", UnreadBytes.MOST_OF_ONE_ADDRESS);

    unread.release("first");

    assertThat(unread.keep("second", "10.0.0.1", UnreadBytes.MOST_OF_ONE_ADDRESS)).isEmpty();
  }

  @Test
  void whatIsTooMuchAloneTakesNoRoom() {
    assertThat(unread.keep("first", "10.0.0.1", UnreadBytes.MOST)).containsExactly("first");

    assertThat(unread.keep("second", "10.0.0.1", UnreadBytes.MOST_OF_ONE_ADDRESS)).isEmpty();
  }
}

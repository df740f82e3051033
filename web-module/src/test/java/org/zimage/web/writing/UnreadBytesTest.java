package org.zimage.web.writing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnreadBytesTest {
  private final UnreadBytes unread = new UnreadBytes();

  @Test
  void oneAddressLeavesRoomToOthers() {
    assertThat(unread.hold("10.0.0.1", UnreadBytes.MOST_OF_ONE_ADDRESS)).isTrue();

    assertThat(unread.hold("10.0.0.1", 1)).isFalse();
    assertThat(unread.hold("10.0.0.2", 1)).isTrue();
  }

  @Test
  void allAddressesTogetherHaveAnEnd() {
    assertThat(unread.hold("10.0.0.1", UnreadBytes.MOST / 2)).isTrue();
    assertThat(unread.hold("10.0.0.2", UnreadBytes.MOST / 2)).isTrue();

    assertThat(unread.hold("10.0.0.3", 1)).isFalse();
  }

  @Test
  void whatIsReadMakesRoom() {
    unread.hold("10.0.0.1", UnreadBytes.MOST_OF_ONE_ADDRESS);

    unread.release("10.0.0.1", 10);

    assertThat(unread.hold("10.0.0.1", 10)).isTrue();
  }

  @Test
  void whatIsRefusedTakesNoRoom() {
    assertThat(unread.hold("10.0.0.1", UnreadBytes.MOST)).isFalse();

    assertThat(unread.hold("10.0.0.1", UnreadBytes.MOST_OF_ONE_ADDRESS)).isTrue();
  }
}

package org.zimage.web.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zimage.input.Spool;

class HeldBytesTest {
  private static final int BYTES = 256 * 1024;

  private final HeldBytes held = new HeldBytes();

  @Test
  void whatComesFromOneAddressLeavesRoomForOthers() throws IOException {
    List<HeldBytes.Share> shares = new ArrayList<>();
    for (long bytes = 0; bytes < HeldBytes.MOST_OF_ONE_ADDRESS; bytes += BYTES) {
      shares.add(held.new Share("192.0.2.1"));
      assertThat(shares.get(shares.size() - 1).isEnoughFor(body())).isTrue();
    }

    HeldBytes.Share more = held.new Share("192.0.2.1");
    assertThat(more.isEnoughFor(body())).as("of the same address").isFalse();
    assertThat(held.new Share("192.0.2.2").isEnoughFor(body())).as("of another address").isTrue();

    more.end();
    shares.forEach(HeldBytes.Share::end);
    assertThat(held.new Share("192.0.2.1").isEnoughFor(body())).as("after these were read").isTrue();
  }

  private static Spool body() throws IOException {
    Spool body = new Spool();
    body.write(new byte[BYTES], 0, BYTES);
    return body;
  }
}

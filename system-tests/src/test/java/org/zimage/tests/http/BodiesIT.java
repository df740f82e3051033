package org.zimage.tests.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.SharedSystem;

/** Bodies that do not come with their heads, as those of Java's HttpURLConnection. */
@ExtendWith(SharedSystem.class)
class BodiesIT {
  private static final String GENERATE = "/v1/images/generate";
  private static final String BODY = "{\"prompt\":\"\"}";
  private static final int REQUESTS = 4_000;
  private static final Duration LONGEST_BODY = Duration.ofSeconds(30);

  private final URI address;
  private final String head;

  BodiesIT(Api api) {
    address = URI.create(api.url());
    head = "POST %s HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\nX-Auth-Key: " + api.key()
        + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n";
  }

  /** The server reads 32 at the same time, and waits for the others without a thread. */
  @Test
  void whoeverSendsSlowlyBesideManyOthersIsAnsweredAsAnybodyElse() throws Exception {
    byte[] body = "{\"prompt\":\"slow\",\"width\":64,\"height\":64,\"num_inference_steps\":1}".getBytes(StandardCharsets.UTF_8);
    String slow = head.formatted(GENERATE, body.length);
    List<Socket> callers = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      Socket caller = new Socket(address.getHost(), address.getPort());
      caller.getOutputStream().write(slow.getBytes(StandardCharsets.US_ASCII));
      caller.getOutputStream().write(body, 0, 10);
      callers.add(caller);
    }
    TimeUnit.SECONDS.sleep(1);
    for (Socket caller : callers) {
      caller.getOutputStream().write(body, 10, body.length - 10);
    }

    for (Socket caller : callers) {
      try (caller) {
        assertThat(new String(caller.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).startsWith("HTTP/1.1 200");
      }
    }
  }

  @Test
  void aBodyIsTakenAtWhateverMomentItComes() {
    assertThat(IntStream.range(0, REQUESTS).parallel()
        .mapToObj(i -> answer(GENERATE, BODY.length(), Duration.ofNanos(i % 150 * 1_000L), BODY)))
        .allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 422 "));
  }

  /** All together would be more than the 64 MiB that are held of bodies in memory. */
  @ParameterizedTest
  @ValueSource(strings = {GENERATE, "/v1/images/generations", "/mcp"})
  void bodiesThatWereWaitedForWithoutAThreadAreNotHeldAfterwards(String route) throws Exception {
    List<Socket> slow = takeTheThreads();
    String body = BODY + " ".repeat(250_000);
    for (int i = 0; i < 300; i++) {
      assertThat(answer(route, body.length(), Duration.ZERO, body)).as("request " + i).startsWith("HTTP/1.1 4");
    }
    for (Socket caller : slow) {
      caller.close();
    }
  }

  @Test
  void bodiesOfCallersWhoLeaveBeforeTheirEndAreNotHeldAfterwards() throws Exception {
    List<Socket> slow = takeTheThreads();
    String body = BODY + " ".repeat(250_000);
    for (int round = 0; round < 3; round++) {
      List<Socket> callers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        Socket caller = new Socket(address.getHost(), address.getPort());
        // Half of them go without a word
        caller.setSoLinger(i % 2 == 0, 0);
        caller.getOutputStream().write((head.formatted(GENERATE, body.length() + 1) + body).getBytes(StandardCharsets.US_ASCII));
        callers.add(caller);
      }
      // Until the server holds what they have sent
      TimeUnit.SECONDS.sleep(1);
      for (Socket caller : callers) {
        caller.close();
      }
    }

    await("their room is given back").atMost(Duration.ofSeconds(20))
        .until(() -> answer(GENERATE, body.length(), Duration.ZERO, body).startsWith("HTTP/1.1 4"));
    for (Socket caller : slow) {
      caller.close();
    }
  }

  @Test
  void aBodyThatNeverComesIsLateAlsoWhenItIsWaitedForWithoutAThread() throws Exception {
    List<Socket> slow = takeTheThreads();
    try (Socket caller = new Socket(address.getHost(), address.getPort())) {
      caller.setSoTimeout((int) LONGEST_BODY.multipliedBy(2).toMillis());
      caller.getOutputStream().write((head.formatted(GENERATE, BODY.length() + 1) + BODY).getBytes(StandardCharsets.US_ASCII));

      String answer = new String(caller.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 408 ");
    }
    for (Socket caller : slow) {
      caller.close();
    }
  }

  /** Of those that wait for bodies; other bodies are waited for without one. */
  private List<Socket> takeTheThreads() throws IOException {
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      Socket caller = new Socket(address.getHost(), address.getPort());
      caller.getOutputStream().write(head.formatted(GENERATE, 100).getBytes(StandardCharsets.US_ASCII));
      slow.add(caller);
    }
    return slow;
  }

  /** Only requests with pictures may have more than 1 MiB, and no more than ZIMAGE_MAX_INPUT_BYTES. */
  @ParameterizedTest
  @CsvSource({GENERATE + ", 20971520", "/v1/images/generations, 1048576"})
  void whoeverSendsTooMuchAndStopsIsToldAtOnce(String route, int most) {
    assertThat(answer(route, 2 * most, Duration.ZERO, " ".repeat(most + 1))).startsWith("HTTP/1.1 413 ");
  }

  private String answer(String route, int announced, Duration pause, String body) {
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(head.formatted(route, announced).getBytes(StandardCharsets.US_ASCII));
      LockSupport.parkNanos(pause.toNanos());
      socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes("HTTP/1.1 422 ".length()), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package org.zimage.tests.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.api.GenerateImageRequest;
import org.zimage.api.TaskStatus;
import org.zimage.api.TaskStatusResponse;
import org.zimage.client.ServerUnreachable;
import org.zimage.client.ZImageClient;
import org.zimage.tests.caller.Api;
import org.zimage.tests.system.FreePort;
import org.zimage.tests.system.SharedSystem;

/** The client where connections break. */
@ExtendWith(SharedSystem.class)
class ClientConnectionsIT {
  private static final GenerateImageRequest SMALL = GenerateImageRequest.of("a red circle").withSize(96, 64)
      .withSteps(2);
  private static final GenerateImageRequest TEN_STEPS = SMALL.withSize(512, 512).withSteps(10);
  /** Half a minute of work, unless it is stopped. */
  private static final GenerateImageRequest LONG = SMALL.withSize(2048, 2048).withSteps(50);
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final Api api;
  private final ZImageClient zimage;

  ClientConnectionsIT(Api api) {
    this.api = api;
    this.zimage = ZImageClient.to(api.url()).key(api.key()).open();
  }

  @AfterEach
  void close() {
    zimage.close();
  }

  @Test
  void aBrokenStreamIsOpenedAgain() throws Exception {
    AtomicInteger streams = new AtomicInteger();
    try (BreakingProxy proxy = new BreakingProxy(api.url(),
        request -> request.contains("/events") && streams.incrementAndGet() == 1 ? 900 : BreakingProxy.WHOLE);
        ZImageClient client = ZImageClient.to(proxy.url()).key(api.key()).open()) {
      String task = client.generate(TEN_STEPS.withSize(1024, 1024).withSteps(50)).taskId();
      List<Integer> progress = new ArrayList<>();

      TaskStatusResponse end = client.await(task, LONGEST, status -> progress.add(status.progress()));

      assertThat(end.status()).isEqualTo(TaskStatus.SUCCESS);
      assertThat(progress).isSorted().hasSizeGreaterThan(10);
      assertThat(streams).hasValueGreaterThan(1);
    }
  }

  @Test
  void whereStreamsDoNotPassTheStatusIsAskedFor() throws Exception {
    try (BreakingProxy proxy = new BreakingProxy(api.url(), request -> request.contains("/events") ? 0
        : BreakingProxy.WHOLE);
        ZImageClient client = ZImageClient.to(proxy.url()).key(api.key()).open()) {
      String task = client.generate(TEN_STEPS.withSize(1024, 1024).withSteps(30)).taskId();
      Set<TaskStatus> seen = new HashSet<>();

      TaskStatusResponse end = client.await(task, LONGEST, status -> seen.add(status.status()));

      assertThat(end.status()).isEqualTo(TaskStatus.SUCCESS);
      assertThat(seen).contains(TaskStatus.PROGRESS);
    }
  }

  @Test
  void aServerThatIsAwayForAMomentIsWaitedFor() throws Exception {
    AtomicInteger lost = new AtomicInteger();
    AtomicBoolean away = new AtomicBoolean();
    try (BreakingProxy proxy = new BreakingProxy(api.url(),
        request -> away.get() && lost.incrementAndGet() <= 6 ? 0 : BreakingProxy.WHOLE);
        ZImageClient client = ZImageClient.to(proxy.url()).key(api.key()).open()) {
      String waiting = zimage.generate(LONG).taskId();
      String task = client.generate(SMALL).taskId();

      TaskStatusResponse end = client.await(task, LONGEST, status -> {
        away.set(true);
        proxy.breakConnections();
        zimage.cancel(waiting);
      });

      assertThat(end.status()).isEqualTo(TaskStatus.SUCCESS);
      assertThat(lost).hasValueGreaterThanOrEqualTo(6);
    }
  }

  @Test
  void whoeverIsAwayTooLongIsGivenUp() throws Exception {
    AtomicBoolean away = new AtomicBoolean();
    try (BreakingProxy proxy = new BreakingProxy(api.url(), request -> away.get() ? 0 : BreakingProxy.WHOLE);
        ZImageClient client = ZImageClient.to(proxy.url()).key(api.key()).retryTimeout(Duration.ofSeconds(1)).open()) {
      String task = client.generate(LONG).taskId();

      assertThatThrownBy(() -> client.await(task, LONGEST, status -> {
        away.set(true);
        proxy.breakConnections();
      })).isInstanceOf(ServerUnreachable.class);
      zimage.cancel(task);
    }
  }

  @Test
  void aRequestWhoseAnswerIsLostMakesOnePicture() throws Exception {
    AtomicInteger posts = new AtomicInteger();
    try (BreakingProxy proxy = new BreakingProxy(api.url(),
        request -> request.startsWith("POST") && posts.incrementAndGet() <= 2 ? 0 : BreakingProxy.WHOLE);
        ZImageClient client = ZImageClient.to(proxy.url()).key(api.key()).open()) {
      String prompt = "a boat " + UUID.randomUUID();

      String task = client.generate(new GenerateImageRequest(prompt, 64, 64, 1, null, null, null, null, null, null,
          null, null))
          .taskId();

      assertThat(posts).hasValue(3);
      assertThat(client.await(task).status()).isEqualTo(TaskStatus.SUCCESS);
      assertThat(zimage.history(50, 0)).filteredOn(batch -> batch.prompt().equals(prompt)).hasSize(1);
    }
  }

  @Test
  void aServerThatIsNotThereIsToldAtOnce() throws IOException {
    int nobody = FreePort.find();
    long start = System.nanoTime();
    try (ZImageClient client = ZImageClient.to("http://127.0.0.1:" + nobody).open()) {
      assertThatThrownBy(() -> client.generate(SMALL)).isInstanceOf(ServerUnreachable.class)
          .hasMessage("No answer of a Z-Image server from http://127.0.0.1:" + nobody + ": Connection refused");
    }
    assertThat((System.nanoTime() - start) / 1e9).isLessThan(3);
  }
}

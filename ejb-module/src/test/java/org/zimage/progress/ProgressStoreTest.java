package org.zimage.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.platform.Platform;
import org.zimage.task.TaskId;
import org.zimage.task.TaskState;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;

@ExtendWith(Platform.class)
class ProgressStoreTest {
  private final ProgressStore progressStore = Platform.bean(ProgressStore.class);

  @Test
  void aStepIsWrittenToTheTasksHashWhichExpires() {
    TaskId id = TaskId.random();

    progressStore.report(id, 2, "worker-1", new Progress(3, 9));

    try (Jedis redis = new Jedis(Platform.servers().redisUrl())) {
      Map<String, String> hash = redis.hgetAll("zimage:task:{" + id + "}");
      assertThat(hash).containsEntry("status", "running").containsEntry("progress", "33").containsEntry("step", "3")
          .containsEntry("steps", "9").containsEntry("worker", "worker-1").containsKey("updated_at");
      assertThat(redis.ttl("zimage:task:{" + id + "}")).isBetween(1L, 24L * 60 * 60);
    }
    assertThat(progressStore.find(id, 2)).contains(new Progress(3, 9));
    assertThat(progressStore.find(id, 1)).isEmpty();
  }

  @Test
  void aStepIsPublishedAsJson() throws Exception {
    TaskId id = TaskId.random();
    List<String> messages = new CopyOnWriteArrayList<>();
    JedisPubSub listener = new JedisPubSub() {
      @Override
      public void onMessage(String channel, String message) {
        messages.add(message);
      }
    };
    try (Jedis redis = new Jedis(Platform.servers().redisUrl())) {
      Thread thread = new Thread(() -> redis.subscribe(listener, "zimage:progress"));
      thread.start();
      await().until(listener::isSubscribed);

      progressStore.report(id, 1, "worker-1", new Progress(3, 9));

      await().until(() -> messages.stream().anyMatch(message -> message.contains(id.value())));
      listener.unsubscribe();
      thread.join();
    }
    JsonObject message = Json.createReader(new StringReader(
        messages.stream().filter(text -> text.contains(id.value())).findFirst().orElseThrow())).readObject();
    assertThat(message.getString("task_id")).isEqualTo(id.value());
    assertThat(message.getInt("attempt")).isEqualTo(1);
    assertThat(message.getInt("progress")).isEqualTo(33);
    assertThat(message.getInt("step")).isEqualTo(3);
    assertThat(message.getInt("steps")).isEqualTo(9);
  }

  @Test
  void aWishToStopIsSeenWithTheNextStepAndGoneWithTheTask() {
    TaskId id = TaskId.random();
    assertThat(progressStore.report(id, 1, "worker-1", new Progress(1, 9))).isFalse();

    progressStore.requestCancel(id);
    assertThat(progressStore.report(id, 1, "worker-1", new Progress(2, 9))).isTrue();

    progressStore.changed(id, TaskState.CANCELLED, 1, "worker-1", new Progress(2, 9));
    assertThat(progressStore.report(id, 1, "worker-1", new Progress(2, 9))).isFalse();
  }

  @Test
  void listenersHearEveryChangeAlsoAfterRedisWasAway() throws Exception {
    TaskId before = TaskId.random();
    TaskId after = TaskId.random();
    List<TaskId> heard = new CopyOnWriteArrayList<>();
    try (AutoCloseable subscription = progressStore.subscribe(change -> heard.add(change.id()))) {
      Platform.awaitFeed();
      progressStore.report(before, 1, "worker-1", new Progress(1, 9));
      await().until(() -> heard.contains(before));

      Platform.servers().stopRedis();
      Platform.servers().startRedis();
      Platform.awaitRedis();
      Platform.awaitFeed();
      progressStore.report(after, 1, "worker-1", new Progress(1, 9));

      await().until(() -> heard.contains(after));
    }
  }

  @Test
  void listenersHearWhichAttemptAStepIsOf() throws Exception {
    TaskId id = TaskId.random();
    List<TaskChange> heard = new CopyOnWriteArrayList<>();
    try (AutoCloseable subscription = progressStore.subscribe(change -> {
      if (change.id().equals(id)) {
        heard.add(change);
      }
    })) {
      Platform.awaitFeed();

      progressStore.report(id, 2, "worker-1", new Progress(3, 9));
      progressStore.announce(id, TaskState.CANCELLED);

      await().until(() -> heard.size() == 2);
      assertThat(heard).containsExactly(new TaskChange(id, TaskState.RUNNING, 2, new Progress(3, 9)),
          new TaskChange(id, TaskState.CANCELLED, 0, null));
    }
  }

  @Test
  void withRedisAwayAStepCostsNextToNothing() throws Exception {
    Platform.servers().stopRedis();
    try {
      progressStore.report(TaskId.random(), 1, "worker-1", new Progress(1, 9));
      long started = System.nanoTime();
      for (int step = 0; step < 1000; step++) {
        assertThat(progressStore.report(TaskId.random(), 1, "worker-1", new Progress(1, 9))).isFalse();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(1));
      assertThat(progressStore.find(TaskId.random(), 1)).isEmpty();
    } finally {
      Platform.servers().startRedis();
      Platform.awaitRedis();
    }
    TaskId id = TaskId.random();
    progressStore.report(id, 1, "worker-1", new Progress(4, 9));
    assertThat(progressStore.find(id, 1)).contains(new Progress(4, 9));
  }
}

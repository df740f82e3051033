package org.zimage.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.zimage.platform.Platform;
import org.zimage.task.TaskId;
import redis.clients.jedis.Jedis;

@ExtendWith(Platform.class)
class PreviewsTest {
  private final Previews previews = Platform.bean(Previews.class);
  private final ProgressStore progressStore = Platform.bean(ProgressStore.class);

  @Test
  void aTaskIsWatchedForSomeSecondsAfterSomebodySaidSo() {
    TaskId id = TaskId.random();
    assertThat(previews.isWatched(id)).isFalse();

    previews.watch(List.of(id));

    assertThat(previews.isWatched(id)).isTrue();
    try (Jedis redis = new Jedis(Platform.servers().redisUrl())) {
      assertThat(redis.ttl("zimage:watched:{" + id + "}")).isBetween(1L, 15L);
    }
  }

  @Test
  void whatAWorkerShowsIsHeardByWhoeverListensToTheBoard() {
    TaskId id = TaskId.random();
    List<Preview> heard = new CopyOnWriteArrayList<>();
    previews.listen(preview -> {
      if (preview.id().equals(id)) {
        heard.add(preview);
      }
    });
    try (ProgressStore.Subscription subscription = progressStore.subscribe(change -> { })) {
      await().until(() -> {
        previews.show(id, 2, new Progress(3, 9), new byte[] {1, 2, 3});
        return !heard.isEmpty();
      });
    }

    assertThat(heard.get(0)).isEqualTo(new Preview(id, 2, new Progress(3, 9), "AQID"));
  }
}

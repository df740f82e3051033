package org.zimage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.zimage.platform.TestClock;
import org.zimage.progress.Previews;
import org.zimage.progress.Progress;
import org.zimage.progress.ProgressStore;
import org.zimage.progress.TaskChange;
import org.zimage.settings.Settings;
import org.zimage.task.TaskId;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisSentinel;
import redis.embedded.RedisServer;
import redis.embedded.RedisShardedCluster;

/** Redis as companies run it: known to sentinels, who choose another server, and as a cluster. */
class RedisLinkTest {
  private static final Duration LONGEST_FAILOVER = Duration.ofSeconds(60);

  @Test
  void followsTheSentinelsToAnotherServer() throws Exception {
    int first = freePort();
    int second = freePort();
    int sentinelPort = freePort();
    RedisServer master = RedisServer.newRedisServer().port(first).setting("save \"\"").setting("requirepass secret")
        .setting("masterauth secret").build();
    RedisServer replica = RedisServer.newRedisServer().port(second).slaveOf("127.0.0.1", first).setting("save \"\"")
        .setting("requirepass secret").setting("masterauth secret").build();
    RedisSentinel sentinel = RedisSentinel.newRedisSentinel().port(sentinelPort)
        .setting("sentinel monitor ours 127.0.0.1 " + first + " 1").setting("sentinel auth-pass ours secret")
        .setting("sentinel down-after-milliseconds ours 500").setting("sentinel failover-timeout ours 1000")
        .setting("requirepass hush").build();
    TestClock clock = new TestClock();
    master.start();
    replica.start();
    sentinel.start();
    try (RedisLink link = link("redis-sentinel://:secret@127.0.0.1:" + sentinelPort + "/1?sentinel_password=hush#ours", clock)) {
      await("a replica that can take over").atMost(LONGEST_FAILOVER).until(() -> slavesKnownTo(sentinelPort) == 1);
      ProgressStore progressStore = new ProgressStore(link, new Previews(link), clock, Thread::new);
      List<TaskChange> heard = new CopyOnWriteArrayList<>();
      try (ProgressStore.Subscription subscription = progressStore.subscribe(heard::add)) {
        TaskId before = TaskId.random();
        tellUntilHeard(progressStore, clock, before, heard);
        untilRedisIsNotTooSlow(clock, () -> progressStore.find(before, 1).isPresent());

        master.stop();

        tellUntilHeard(progressStore, clock, TaskId.random(), heard);
      } finally {
        progressStore.close();
      }
    } finally {
      sentinel.stop();
      replica.stop();
      master.stop();
    }
  }

  /** A host without power says nothing: its connections stay as they are. */
  @Test
  void listensAgainAfterRedisHasVanishedWithoutAWord() throws Exception {
    int port = freePort();
    RedisServer server = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
    TestClock clock = new TestClock();
    server.start();
    try (Cable cable = new Cable(port); RedisLink link = link("redis://127.0.0.1:" + cable.port(), clock)) {
      ProgressStore progressStore = new ProgressStore(link, new Previews(link), clock, Thread::new);
      List<TaskChange> heard = new CopyOnWriteArrayList<>();
      try (ProgressStore.Subscription subscription = progressStore.subscribe(heard::add)) {
        tellUntilHeard(progressStore, clock, TaskId.random(), heard);

        cable.cut();

        tellUntilHeard(progressStore, clock, TaskId.random(), heard);
      } finally {
        progressStore.close();
      }
    } finally {
      server.stop();
    }
  }

  @Test
  void worksWithAClusterAndWithoutAPartOfIt() throws Exception {
    RedisShardedCluster cluster = RedisShardedCluster.newRedisCluster().serverPorts(List.of(freePort(), freePort(), freePort()))
        .shard("a", 0).shard("b", 0).shard("c", 0).build();
    TestClock clock = new TestClock();
    cluster.start();
    try (RedisLink link = link("redis-cluster://" + cluster.serverPorts().stream().limit(2).map(port -> "127.0.0.1:" + port)
        .collect(Collectors.joining(",")), clock)) {
      ProgressStore progressStore = new ProgressStore(link, new Previews(link), clock, Thread::new);
      List<TaskChange> heard = new CopyOnWriteArrayList<>();
      try (ProgressStore.Subscription subscription = progressStore.subscribe(heard::add)) {
        tellUntilHeard(progressStore, clock, TaskId.random(), heard);
        untilRedisIsNotTooSlow(clock, progressStore::isReachable);
        for (int i = 0; i < 20; i++) { // in every part of the cluster
          TaskId id = TaskId.random();
          untilRedisIsNotTooSlow(clock, () -> {
            progressStore.requestCancel(id);
            return progressStore.report(id, 1, "worker-1", new Progress(2, 9)) && progressStore.find(id, 1).isPresent();
          });
        }

        cluster.servers().get(2).stop();

        Instant begun = Instant.now();
        for (int i = 0; i < 20; i++) {
          progressStore.report(TaskId.random(), 1, "worker-1", new Progress(1, 9));
        }
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(5));
      } finally {
        progressStore.close();
      }
    } finally {
      cluster.stop();
    }
  }

  private static RedisLink link(String url, TestClock clock) {
    return new RedisLink(Settings.read(Map.of("REDIS_URL", url)), clock);
  }

  private static void tellUntilHeard(ProgressStore progressStore, TestClock clock, TaskId id, List<TaskChange> heard) {
    untilRedisIsNotTooSlow(clock, () -> {
      progressStore.report(id, 1, "worker-1", new Progress(1, 9));
      progressStore.tend();
      return heard.stream().anyMatch(change -> change.id().equals(id));
    });
  }

  /** On a busy machine an answer may take too long; then Redis is left alone for some seconds. */
  private static void untilRedisIsNotTooSlow(TestClock clock, Callable<Boolean> works) {
    await().atMost(LONGEST_FAILOVER).until(() -> {
      clock.advance(Duration.ofMinutes(1));
      return works.call();
    });
  }

  private static int slavesKnownTo(int sentinelPort) {
    try (Jedis sentinel = new Jedis("127.0.0.1", sentinelPort)) {
      sentinel.auth("hush");
      return sentinel.sentinelReplicas("ours").size();
    }
  }

  /** A node of a cluster listens 10000 above it, too. Both are below the ports that Linux gives to connections on its own. */
  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 22_000);
      if (isFree(port) && isFree(port + 10_000)) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  /** Leads connections to a port. Once it is cut, those that there are carry nothing any more, and new ones do. */
  private static final class Cable implements AutoCloseable {
    private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger cuts = new AtomicInteger();

    Cable(int target) throws IOException {
      inBackground(() -> {
        while (true) {
          Socket caller = entrance.accept();
          Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
          inBackground(() -> carry(caller, server));
          inBackground(() -> carry(server, caller));
        }
      });
    }

    private void carry(Socket from, Socket to) throws IOException {
      int own = cuts.get();
      byte[] bytes = new byte[4096];
      for (int read = from.getInputStream().read(bytes); read >= 0; read = from.getInputStream().read(bytes)) {
        if (cuts.get() == own) {
          to.getOutputStream().write(bytes, 0, read);
        }
      }
      if (cuts.get() == own) {
        to.close();
      }
    }

    /** Ends with its sockets. */
    private static void inBackground(Carrying work) {
      Thread thread = new Thread(() -> {
        try {
          work.run();
        } catch (IOException over) {
          Thread.currentThread().interrupt();
        }
      });
      thread.setDaemon(true);
      thread.start();
    }

    @FunctionalInterface
    private interface Carrying {
      void run() throws IOException;
    }

    int port() {
      return entrance.getLocalPort();
    }

    void cut() {
      cuts.incrementAndGet();
    }

    @Override
    public void close() throws IOException {
      entrance.close();
    }
  }
}

package org.zimage.progress;

import jakarta.json.bind.JsonbException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.api.json.Bodies;
import org.zimage.redis.RedisLink;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/** Listens to the channels of progress and previews on one connection and one thread, and connects again when Redis is back. */
final class ProgressFeed extends JedisPubSub implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ProgressFeed.class.getName());
  private static final long PAUSE_SECONDS = 1;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private Consumer<TaskChange> changes;
  private Consumer<Preview> previews;
  private Thread thread;
  private boolean closed;

  /** Starts listening; does nothing when it listens already. */
  void start(RedisLink redis, ThreadFactory threads, Consumer<TaskChange> listener, Consumer<Preview> ofPreviews) {
    lock.lock();
    try {
      if (thread == null && !closed) {
        changes = listener;
        previews = ofPreviews;
        thread = threads.newThread(() -> listen(redis));
        thread.setName("zimage-progress-feed");
        thread.setDaemon(true);
        thread.start();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onMessage(String channel, String message) {
    try {
      if (channel.equals(Previews.CHANNEL)) {
        previews.accept(Bodies.JSONB.fromJson(message, PreviewMessage.class).preview());
      } else {
        changes.accept(Bodies.JSONB.fromJson(message, ProgressMessage.class).change());
      }
    } catch (JsonbException | NullPointerException | IllegalArgumentException e) {
      LOG.log(Level.FINE, "A message on the progress channel is none of ours: {0}", message);
    }
  }

  /** Asks for an answer, without which {@link RedisLink#subscribe} ends after a while. */
  void tend() {
    if (isSubscribed()) {
      try {
        ping();
      } catch (JedisException e) {
        LOG.log(Level.FINE, "The progress channel has gone away", e);
      }
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
    } finally {
      lock.unlock();
    }
    if (isSubscribed()) {
      try {
        unsubscribe();
      } catch (JedisException e) {
        LOG.log(Level.FINE, "The progress channel is away already", e);
      }
    }
  }

  private void listen(RedisLink redis) {
    while (!isClosed()) {
      try {
        redis.subscribe(this, ProgressStore.CHANNEL, Previews.CHANNEL);
      } catch (JedisException e) {
        LOG.log(Level.FINE, "The progress channel is away", e);
      }
      pause();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void pause() {
    lock.lock();
    try {
      long left = TimeUnit.SECONDS.toNanos(PAUSE_SECONDS);
      while (!closed && left > 0) {
        left = closing.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      closed = true;
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}

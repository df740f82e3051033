package org.zimage.tests.faults.injection;

import java.awt.Rectangle;
import java.io.UncheckedIOException;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.zimage.tests.caller.Answer;
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Drawings;

/**
 * Asks for small pictures of many sizes, some in batches and some made from a picture, as long as the queue is short: one client
 * that never stops. Owns a thread until it is closed. Thread-safe.
 */
public final class Load implements AutoCloseable {
  private static final int[] SIDES = {64, 96, 128, 192, 256};
  private static final int BATCH = 4;
  /** One of so many pictures is made from another. */
  private static final int EDITS = 4;
  private static final String START = start();
  private static final long PAUSE_MILLIS = 50;

  private final Supplier<Api> api;
  private final int longestQueue;
  private final Random random = new Random(1);
  private final List<String> accepted = new ArrayList<>();
  private final Map<String, Integer> refusals = new TreeMap<>();
  private final Thread thread = new Thread(this::run, "load");
  private volatile boolean stopped;

  private Load(Supplier<Api> api, int longestQueue) {
    this.api = api;
    this.longestQueue = longestQueue;
  }

  /** @param longestQueue tasks that wait at most because of this client */
  public static Load start(Supplier<Api> api, int longestQueue) {
    Load load = new Load(api, longestQueue);
    load.thread.start();
    return load;
  }

  /** The tasks whose ids were answered. */
  public synchronized List<String> accepted() {
    return List.copyOf(accepted);
  }

  /** Everything else that came back, and how often; a connection that failed is {@code no answer}. */
  public synchronized Map<String, Integer> refusals() {
    return Map.copyOf(refusals);
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.join();
  }

  private void run() {
    try {
      for (int i = 0; !stopped; i++) {
        String batch = i / BATCH % 3 == 0 ? metadata(i) : "";
        send(picture(batch));
        do {
          TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } while (!stopped && isQueueLong());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String picture(String metadata) {
    return "{\"prompt\":\"a hill\",\"width\":%d,\"height\":%d,\"num_inference_steps\":%d%s%s}".formatted(
        SIDES[random.nextInt(SIDES.length)], SIDES[random.nextInt(SIDES.length)], 1 + random.nextInt(8), metadata,
        random.nextInt(EDITS) == 0 ? START : "");
  }

  /** A picture to start from, and a mask that repaints all of it. */
  private static String start() {
    String url = Drawings.dataUrl(Drawings.mask(SIDES[0], SIDES[0], new Rectangle(SIDES[0], SIDES[0])));
    return ",\"image\":\"%s\",\"mask_image\":\"%s\"".formatted(url, url);
  }

  /** Several requests in a row name one batch. */
  private String metadata(int request) {
    UUID batch = UUID.nameUUIDFromBytes((hashCode() + " " + request / BATCH).getBytes());
    return ",\"metadata\":{\"batch_id\":\"%s\",\"batch_index\":%d,\"batch_size\":%d}".formatted(batch, request % BATCH,
        BATCH);
  }

  private void send(String picture) {
    try {
      Answer answer = api.get().post("/v1/images/generate", picture);
      if (answer.status() == 200) {
        accept(answer.json().getString("task_id"));
      } else {
        refuse(answer.toString() + (answer.header("Retry-After") == null ? "" : " Retry-After"));
      }
    } catch (UncheckedIOException noAnswer) {
      refuse(noAnswer.getCause() instanceof HttpTimeoutException ? "no answer in time" : "no answer");
    }
  }

  private synchronized void accept(String id) {
    accepted.add(id);
  }

  private synchronized void refuse(String answer) {
    refusals.merge(answer, 1, Integer::sum);
  }

  /** A system that does not say so gets more. */
  private boolean isQueueLong() {
    try {
      Answer answer = api.get().get("/v1/system");
      return answer.status() == 200 && answer.json().getInt("queue_depth") >= longestQueue;
    } catch (UncheckedIOException noAnswer) {
      return false;
    }
  }
}

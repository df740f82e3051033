package org.zimage.tests.caller;

import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** An ordinary client beside the others, who notes how long it waits for answers. Owns a thread until it is closed. */
public final class Onlooker implements AutoCloseable {
  private static final long PAUSE_MILLIS = 100;
  private static final String[] ASKED = {"/health/ready", "/v1/history?limit=1"};

  private final Api api;
  private final Map<String, Integer> failures = new TreeMap<>();
  private final Thread thread = new Thread(this::run, "onlooker");
  private volatile boolean stopped;
  private long slowestNanos;

  private Onlooker(Api api) {
    this.api = api;
  }

  public static Onlooker start(Api api) {
    Onlooker onlooker = new Onlooker(api);
    onlooker.thread.start();
    return onlooker;
  }

  public synchronized double slowestSeconds() {
    return slowestNanos / 1e9;
  }

  /** Everything that it got but 200, and how often. */
  public synchronized Map<String, Integer> failures() {
    return Map.copyOf(failures);
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.join();
  }

  private void run() {
    try {
      while (!stopped) {
        for (String path : ASKED) {
          ask(path);
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask(String path) {
    long start = System.nanoTime();
    String answer;
    try {
      answer = Integer.toString(api.get(path).status());
    } catch (UncheckedIOException noAnswer) {
      answer = noAnswer.getCause().toString();
    }
    note(path, answer, System.nanoTime() - start);
  }

  private synchronized void note(String path, String answer, long nanos) {
    slowestNanos = Math.max(slowestNanos, nanos);
    if (!answer.equals("200")) {
      failures.merge(path + ": " + answer, 1, Integer::sum);
    }
  }
}

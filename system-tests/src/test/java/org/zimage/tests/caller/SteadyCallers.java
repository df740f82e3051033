package org.zimage.tests.caller;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.zimage.api.GenerateImageRequest;
import org.zimage.client.ZImageClient;

/**
 * Whoever asks for one picture after the other: by the command line, each time a new process; by the Java client; and by messages. All at
 * the same time. Owns their threads.
 */
public final class SteadyCallers implements AutoCloseable {
  private static final String COMMAND =
      Path.of(System.getProperty("zimage.root"), "cli/target/zimage").toAbsolutePath().normalize().toString();
  private static final Duration LONGEST = Duration.ofMinutes(8);

  private final Api api;
  private final Broker broker;
  private final Path folder;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, AtomicInteger> drawn = new ConcurrentSkipListMap<>();
  private final Map<String, Long> longest = new ConcurrentSkipListMap<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();

  /** Asks for a picture, and returns when it is there. */
  @FunctionalInterface
  private interface Way {
    void draw(int number) throws Exception;
  }

  /** @param folder where pictures are saved */
  public SteadyCallers(Api api, Broker broker, Path folder) {
    this.api = api;
    this.broker = broker;
    this.folder = folder;
  }

  /** Begins to ask for so many, each way. */
  public void start(int count) {
    begin("command line", count, this::byCommand);
    begin("Java client", count, this::byClient);
    begin("messages", count, this::byMessage);
  }

  /** How many the slowest of the three has. */
  public int least() {
    return drawn.values().stream().mapToInt(AtomicInteger::get).min().orElse(0);
  }

  /** How many there are in all; waits for those that are still asked for. */
  public int awaitAll() throws InterruptedException {
    threads.shutdown();
    if (!threads.awaitTermination(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
      failures.add("After " + LONGEST + " not all are drawn: " + drawn);
    }
    return drawn.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  /** What anybody was told instead of getting a picture. */
  public List<String> failures() {
    return failures;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  @Override
  public String toString() {
    return drawn + ", longest wait in ms: " + longest;
  }

  private void begin(String name, int count, Way way) {
    drawn.put(name, new AtomicInteger());
    threads.execute(() -> {
      for (int number = 0; number < count && !threads.isTerminated(); number++) {
        long start = System.nanoTime();
        try {
          way.draw(number);
          drawn.get(name).incrementAndGet();
        } catch (Exception | AssertionError e) {
          failures.add(name + " " + number + ": " + e);
        }
        longest.merge(name, (System.nanoTime() - start) / 1_000_000, Math::max);
      }
    });
  }

  private void byCommand(int number) throws Exception {
    Path file = folder.resolve(number + ".png");
    ProcessBuilder builder = new ProcessBuilder(COMMAND, "generate", "a hill", "--size", "96x64", "--steps", "2", "-o",
        file.toString()).redirectErrorStream(true);
    builder.environment().putAll(Map.of("ZIMAGE_URL", api.url(), "ZIMAGE_KEY", api.key() == null ? "" : api.key(),
        "JAVA_HOME", System.getProperty("java.home")));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0 || !Files.exists(file)) {
      throw new IllegalStateException("ended with " + process.exitValue() + ": " + said);
    }
  }

  /** A client of its own for every second picture: both one that knows the server and one that does not. */
  private final class Clients {
    private ZImageClient client;

    synchronized ZImageClient get(int number) {
      if (client == null || number % 2 == 0) {
        client = ZImageClient.to(api.url()).key(api.key()).startTimeout(Duration.ofMinutes(2)).open();
      }
      return client;
    }
  }

  private final Clients clients = new Clients();

  private void byClient(int number) throws Exception {
    ZImageClient client = clients.get(number);
    byte[] png = client.picture(client.draw(GenerateImageRequest.of("a sea").withSize(96, 64).withSteps(2), seen -> { })
        .relativePath());
    if (png.length == 0) {
      throw new IllegalStateException("an empty picture");
    }
  }

  private void byMessage(int number) throws Exception {
    try (JMSContext context = broker.connect()) {
      Queue replies = context.createTemporaryQueue();
      JMSConsumer consumer = context.createConsumer(replies);
      Message request = context.createTextMessage(
          "{\"prompt\":\"a tree\",\"width\":96,\"height\":64,\"num_inference_steps\":2}");
      request.setJMSReplyTo(replies);
      if (api.key() != null) {
        request.setStringProperty("auth_key", api.key());
      }
      context.createProducer().send(context.createQueue("zimage.requests"), request);
      Broker.next(consumer); // accepted
      String status = Broker.body(Broker.next(consumer)).getString("status");
      if (!status.equals("SUCCESS")) {
        throw new IllegalStateException(status);
      }
    }
  }
}

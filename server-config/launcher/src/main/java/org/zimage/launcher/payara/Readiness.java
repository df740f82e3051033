package org.zimage.launcher.payara;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zimage.launcher.error.LauncherException;

/** Waits until the applications answer that they are ready. */
public final class Readiness {
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  /** A model may load for a while; only a longer wait is reported. */
  private static final Duration REPORT_DELAY = Duration.ofSeconds(20);
  private static final Pattern REASON = Pattern.compile("\"reason\":\"((?:[^\"\\\\]|\\\\.)*)\"");
  /** The line of the server's log that names a refused setting, without what the server adds. */
  private static final Pattern WRONG_SETTING = Pattern.compile("InvalidSetting: (.+?)(?:\\. Please see server\\.log for more details\\.)?$");
  /**
   * The line of the server's log that says why the database is not ready. The applications' probes do not say it, because everybody
   * may call them.
   */
  private static final Pattern WAITING = Pattern.compile("The database's tables are not ready, [^:]+: (.+)");
  /** A database that was started at the same time is ready sooner. */
  private static final Duration DATABASE_REPORT_DELAY = Duration.ofSeconds(5);
  /** The last line of the server's start. An application that is not deployed by then will not be. */
  private static final Pattern STARTED = Pattern.compile("Payara Micro .* ready in ");

  /** HTTP/1.1, because a client of HTTP/2 that gives up during an answer can block both of the server's first threads for ever. */
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(2)).build();
  private final URI base;
  private final BooleanSupplier serverAlive;
  private final Path log;
  private final Consumer<String> report;

  /**
   * @param log of the server
   * @param report is given what the system waits for
   */
  public Readiness(URI base, BooleanSupplier serverAlive, Path log, Consumer<String> report) {
    this.base = base;
    this.serverAlive = serverAlive;
    this.log = log;
    this.report = report;
  }

  public Void awaitWeb() throws InterruptedException {
    return await("/health", this::databaseObstacle);
  }

  public Void awaitWorker() throws InterruptedException {
    return await("/worker/health/ready", Readiness::reason);
  }

  /** The obstacle after this time, by the answer of a probe. */
  private interface Obstacle {
    Optional<String> after(Duration waited, String answer);
  }

  private Optional<String> databaseObstacle(Duration waited, String answer) {
    return waited.compareTo(DATABASE_REPORT_DELAY) > 0 ? lastInLog(WAITING) : Optional.empty();
  }

  private static Optional<String> reason(Duration waited, String answer) {
    Matcher reason = REASON.matcher(answer);
    return waited.compareTo(REPORT_DELAY) > 0 && reason.find() ? Optional.of(reason.group(1)) : Optional.empty();
  }

  private Void await(String path, Obstacle obstacle) throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(5)).build();
    long start = System.nanoTime();
    String reported = null;
    boolean missing = false;
    while (System.nanoTime() - start < TIMEOUT.toNanos()) {
      try {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        int status = answer.statusCode();
        if (status == 200) {
          return null;
        }
        if (missing && status == 404) {
          throw notDeployed();
        }
        missing = status == 404 && isStarted();
        String now = obstacle.after(Duration.ofNanos(System.nanoTime() - start), answer.body()).orElse(reported);
        if (now != null && !now.equals(reported)) {
          reported = now;
          report.accept("Not ready yet: " + reported);
        }
      } catch (IOException notYet) {
        if (!serverAlive.getAsBoolean()) {
          throw new LauncherException("Payara Micro ended while it started: see " + log);
        }
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new LauncherException(path + " was not ready after " + TIMEOUT.toMinutes() + " minutes: see "
        + log);
  }

  /** Whether the server has started, so that a missing application will not come. */
  private boolean isStarted() {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.anyMatch(line -> STARTED.matcher(line).find());
    } catch (IOException | UncheckedIOException unreadable) {
      return true;
    }
  }

  private LauncherException notDeployed() {
    return lastInLog(WRONG_SETTING).map(LauncherException::new)
        .orElseGet(() -> new LauncherException("An application could not be deployed: see " + log));
  }

  private Optional<String> lastInLog(Pattern line) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.map(line::matcher).filter(Matcher::find).map(found -> found.group(1)).reduce((first, last) -> last);
    } catch (IOException | UncheckedIOException unreadable) {
      return Optional.empty();
    }
  }
}

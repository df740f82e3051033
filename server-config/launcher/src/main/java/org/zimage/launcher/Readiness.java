package org.zimage.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits until the applications answer that they are ready. */
final class Readiness {
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final URI base;
  private final BooleanSupplier serverAlive;
  private final Home home;

  Readiness(URI base, BooleanSupplier serverAlive, Home home) {
    this.base = base;
    this.serverAlive = serverAlive;
    this.home = home;
  }

  Void awaitWeb() throws InterruptedException {
    return await("/health");
  }

  Void awaitWorker() throws InterruptedException {
    return await("/worker/health/ready");
  }

  private Void await(String path) throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(5)).build();
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return null;
        }
      } catch (IOException notYet) {
        if (!serverAlive.getAsBoolean()) {
          throw new LauncherException("Payara Micro ended while it started: see " + home.log("payara"));
        }
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new LauncherException(path + " was not ready after " + LONGEST.toMinutes() + " minutes: see " + home.log("payara"));
  }
}

package org.zimage.webhook;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocketFactory;
import org.zimage.error.Outage;
import org.zimage.settings.Settings;
import org.zimage.webhook.DeliveryLog.DeliveryAdded;
import org.zimage.webhook.DeliveryLog.Taken;
import org.zimage.webhook.WebhookHosts.HostRefused;

/**
 * Calls receivers, off the threads that have something to tell. A call that fails is made again after a while that
 * grows; what is not delivered after two days is given up.
 *
 * <p>Owns a few threads, which end when there is nobody to call, and with the application. Thread-safe.
 */
@ApplicationScoped
public class WebhookSender {
  private static final Logger LOG = Logger.getLogger(WebhookSender.class.getName());
  private static final int CALLERS = 16;
  /** One that does not answer keeps each of them for as long as a call may take; the others are for other hosts. */
  private static final int CALLERS_OF_ONE_HOST = 4;
  private static final int IDLE_SECONDS = 10;
  private static final int GONE = 410;
  private static final Duration LONGEST_CALL = Duration.ofSeconds(15);

  /** Seconds between calls that fail. */
  private static final List<Long> PAUSES =
      List.of(2L, 5L, 15L, 60L, 300L, 900L, 3_600L, 10_800L, 21_600L, 43_200L, 86_400L);

  private final DeliveryLog deliveries;
  private final WebhookHosts hosts;
  private final WebhookSecrets secrets;
  private final SSLSocketFactory tls;
  private final Clock clock;
  private final boolean on;
  private final ExecutorService callers;
  /** One thread ends the calls that take too long. */
  private final ScheduledExecutorService deadlines;
  private final AtomicInteger wanted = new AtomicInteger();
  /** How many calls are made to each host at this moment; guarded by itself. */
  private final Map<String, Integer> calls = new HashMap<>();

  protected WebhookSender() {
    this.deliveries = null;
    this.hosts = null;
    this.secrets = null;
    this.tls = null;
    this.clock = null;
    this.on = false;
    this.callers = null;
    this.deadlines = null;
  }

  @Inject
  public WebhookSender(DeliveryLog deliveries, WebhookHosts hosts, WebhookSecrets secrets, Settings settings,
      Clock clock, ThreadFactory threads) {
    this.deliveries = deliveries;
    this.hosts = hosts;
    this.secrets = secrets;
    this.tls = settings.authorities().socketFactory();
    this.clock = clock;
    this.on = settings.webhooks().isOn();
    ThreadPoolExecutor pool = new ThreadPoolExecutor(CALLERS, CALLERS, IDLE_SECONDS, TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(), work -> {
          Thread thread = threads.newThread(work);
          thread.setName("zimage-webhooks");
          return thread;
        });
    pool.allowCoreThreadTimeOut(true);
    this.callers = pool;
    this.deadlines = deadlines(threads);
  }

  private static ScheduledExecutorService deadlines(ThreadFactory threads) {
    ScheduledThreadPoolExecutor deadlines = new ScheduledThreadPoolExecutor(1, work -> {
      Thread thread = threads.newThread(work);
      thread.setName("zimage-webhook-deadlines");
      return thread;
    });
    deadlines.setRemoveOnCancelPolicy(true);
    deadlines.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    deadlines.allowCoreThreadTimeOut(true);
    return deadlines;
  }

  void accept(@Observes(during = TransactionPhase.AFTER_SUCCESS) DeliveryAdded event) {
    wake();
  }

  /** Looks soon whether there is anybody to call; returns at once. */
  public void wake() {
    if (on && !callers.isShutdown() && wanted.getAndUpdate(looks -> Math.min(looks + 1, CALLERS)) < CALLERS) {
      callers.execute(this::callAll);
    }
  }

  @PreDestroy
  public void stop() {
    callers.shutdownNow();
    // Calls that are under way keep their deadline
    deadlines.shutdown();
  }

  private void callAll() {
    wanted.decrementAndGet();
    try {
      for (Optional<Taken> next = take(); next.isPresent(); next = callers.isShutdown() ? Optional.empty() : take()) {
        try {
          call(next.get());
        } finally {
          called(next.get());
        }
      }
    } catch (RuntimeException | Error e) {
      LOG.log(Outage.isCauseOf(e) ? Level.FINE : Level.WARNING, "Webhooks are not delivered at the moment", e);
    }
  }

  /** One caller after the other, so that none takes a call too many. */
  private Optional<Taken> take() {
    synchronized (calls) {
      Set<String> busy = calls.entrySet().stream().filter(host -> host.getValue() >= CALLERS_OF_ONE_HOST).map(Map.Entry::getKey)
          .collect(Collectors.toSet());
      Optional<Taken> next = deliveries.take(busy);
      next.ifPresent(delivery -> calls.merge(delivery.host(), 1, Integer::sum));
      return next;
    }
  }

  private void called(Taken delivery) {
    synchronized (calls) {
      calls.computeIfPresent(delivery.host(), (host, many) -> many == 1 ? null : many - 1);
    }
  }

  /** Whatever happens, the delivery is postponed or over. */
  private void call(Taken delivery) {
    if (delivery.attempts() > PAUSES.size() + 1) {
      giveUp(delivery, null, "no call came to an end");
      return;
    }
    int status;
    try {
      URI url = URI.create(delivery.url());
      status = new WebhookCall(url, hosts.address(url), tls, LONGEST_CALL, deadlines).post(headers(delivery), delivery.body());
    } catch (HostRefused e) {
      giveUp(delivery, null, e.getMessage());
      return;
    } catch (UnknownHostException e) {
      failed(delivery, null, URI.create(delivery.url()).getHost() + " has no address");
      return;
    } catch (IOException e) {
      failed(delivery, null, String.valueOf(e.getMessage()));
      return;
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "Delivery " + delivery.id() + " cannot be made, attempt " + delivery.attempts(), e);
      failed(delivery, null, "the call cannot be made: " + e.getMessage());
      return;
    }
    if (status >= 200 && status < 300) {
      deliveries.delivered(delivery, status);
    } else {
      failed(delivery, status, explain(status));
    }
  }

  private static String explain(int status) {
    return status >= 300 && status < 400 ? "redirects are not followed" : "the receiver answered " + status;
  }

  private void failed(Taken delivery, Integer status, String error) {
    boolean last = delivery.attempts() > PAUSES.size();
    if (last || status != null && status == GONE) {
      giveUp(delivery, status, error);
    } else {
      deliveries.postpone(delivery, PAUSES.get(delivery.attempts() - 1), status, error);
    }
  }

  private void giveUp(Taken delivery, Integer status, String error) {
    deliveries.givenUp(delivery, status, error);
    LOG.warning(() -> "Delivery " + delivery.id() + " is given up after " + delivery.attempts() + " attempts: " + error);
  }

  private Map<String, String> headers(Taken delivery) {
    long seconds = clock.instant().getEpochSecond();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", "Z-Image");
    headers.put("webhook-id", delivery.id().toString());
    headers.put("webhook-timestamp", Long.toString(seconds));
    headers.put("webhook-signature", secrets.sign(delivery.client(), delivery.id().toString(), seconds,
        delivery.body()));
    return headers;
  }
}

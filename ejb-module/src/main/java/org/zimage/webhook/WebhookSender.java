package org.zimage.webhook;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.settings.Settings;
import org.zimage.webhook.Deliveries.DeliveryAdded;
import org.zimage.webhook.Deliveries.Taken;
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
  private static final int CALLERS = 4;
  private static final int IDLE_SECONDS = 10;
  private static final int GONE = 410;

  /** Seconds between calls that fail. */
  private static final List<Long> PAUSES =
      List.of(2L, 5L, 15L, 60L, 300L, 900L, 3_600L, 10_800L, 21_600L, 43_200L, 86_400L);

  private final Deliveries deliveries;
  private final WebhookHosts hosts;
  private final WebhookSecrets secrets;
  private final Clock clock;
  private final boolean on;
  private final ExecutorService callers;
  private final AtomicInteger wanted = new AtomicInteger();

  protected WebhookSender() {
    this.deliveries = null;
    this.hosts = null;
    this.secrets = null;
    this.clock = null;
    this.on = false;
    this.callers = null;
  }

  @Inject
  public WebhookSender(Deliveries deliveries, WebhookHosts hosts, WebhookSecrets secrets, Settings settings,
      Clock clock, ThreadFactory threads) {
    this.deliveries = deliveries;
    this.hosts = hosts;
    this.secrets = secrets;
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
  }

  private void callAll() {
    wanted.decrementAndGet();
    try {
      for (List<Taken> next = deliveries.take(1); !next.isEmpty(); next = deliveries.take(1)) {
        call(next.get(0));
      }
    } catch (RuntimeException e) {
      LOG.log(Level.FINE, "Webhooks wait for the database", e);
    }
  }

  private void call(Taken delivery) {
    try {
      InetAddress address = hosts.address(delivery.url());
      int status = new WebhookCall(delivery.url(), address).post(headers(delivery), delivery.body());
      if (status >= 200 && status < 300) {
        deliveries.delivered(delivery, status);
      } else {
        failed(delivery, status, explain(status));
      }
    } catch (HostRefused e) {
      deliveries.givenUp(delivery, null, e.getMessage());
    } catch (UnknownHostException e) {
      failed(delivery, null, delivery.url().getHost() + " has no address");
    } catch (IOException e) {
      failed(delivery, null, String.valueOf(e.getMessage()));
    }
  }

  private static String explain(int status) {
    return status >= 300 && status < 400 ? "redirects are not followed" : "the receiver answered " + status;
  }

  private void failed(Taken delivery, Integer status, String error) {
    boolean last = delivery.attempts() > PAUSES.size();
    if (last || status != null && status == GONE) {
      deliveries.givenUp(delivery, status, error);
      LOG.warning(() -> "Delivery " + delivery.id() + " to " + delivery.url().getHost() + " is given up: " + error);
    } else {
      deliveries.postpone(delivery, PAUSES.get(delivery.attempts() - 1), status, error);
    }
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

package org.zimage.start;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.concurrent.ThreadFactory;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.zimage.image.ImageStore;
import org.zimage.message.Relay;
import org.zimage.resources.DatabaseClock;
import org.zimage.schema.Schema;
import org.zimage.settings.Settings;
import org.zimage.task.Sweeper;
import org.zimage.webhook.WebhookSender;

/**
 * Brings the tables to this version at the start, however long the database is away; then sweeps and sends every two
 * seconds.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class Housekeeping {
  private static final Logger LOG = Logger.getLogger(Housekeeping.class.getName());

  /** Read here first, so that a wrong value stops the start and not the first request. */
  @Inject
  private Settings settings;

  /** For the same reason: a bucket that does not exist is a wrong value. */
  @Inject
  private ImageStore images;

  @Inject
  private Schema schema;

  @Inject
  private DatabaseClock clock;

  @Inject
  private Sweeper sweeper;

  @Inject
  private Relay relay;

  @Inject
  private WebhookSender webhooks;

  @Inject
  private ThreadFactory threads;

  private Thread migration;
  private volatile boolean sweeping = true;

  @PostConstruct
  void start() {
    LOG.info(() -> "Starting with " + settings);
    migration = threads.newThread(new Migration(schema, clock));
    migration.setName("zimage-schema");
    migration.start();
  }

  @PreDestroy
  void stop() {
    migration.interrupt();
  }

  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false)
  void sweep() {
    if (!schema.isCurrent()) {
      return;
    }
    relay.wake();
    webhooks.wake();
    try {
      clock.measure();
      sweeper.sweep();
      if (!sweeping) {
        LOG.info("Sweeping again");
      }
      sweeping = true;
    } catch (SQLException | RuntimeException e) {
      if (sweeping) {
        LOG.log(Level.WARNING, "The sweeper cannot work at the moment", e);
      }
      sweeping = false;
    }
  }
}

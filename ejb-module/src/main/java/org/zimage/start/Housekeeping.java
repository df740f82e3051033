package org.zimage.start;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.concurrent.ThreadFactory;
import org.zimage.input.AbandonedInputs;
import org.zimage.log.PoolsInLog;
import org.zimage.lora.upload.AbandonedLoras;
import org.zimage.message.Relay;
import org.zimage.resources.DatabaseClock;
import org.zimage.schema.Schema;
import org.zimage.task.recovery.AbandonedPictures;
import org.zimage.task.recovery.LeaseExpiry;
import org.zimage.task.recovery.LostMessages;
import org.zimage.task.recovery.Redispatch;
import org.zimage.task.removal.Ends;
import org.zimage.task.removal.FileRemoval;
import org.zimage.webhook.WebhookSender;

/**
 * Migrates the tables at the start, however long the database is away. Afterwards it looks every two seconds for what was left behind,
 * and has messages sent.
 */
@Singleton
@Startup
@DependsOn("SettingsCheck")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class Housekeeping {
  @Inject
  private Schema schema;

  @Inject
  private DatabaseClock clock;

  @Inject
  private LeaseExpiry leaseExpiry;

  @Inject
  private Redispatch redispatch;

  @Inject
  private LostMessages messages;

  @Inject
  private AbandonedPictures pictures;

  @Inject
  private AbandonedInputs inputs;

  @Inject
  private AbandonedLoras loras;

  @Inject
  private Ends ends;

  @Inject
  private FileRemoval files;

  @Inject
  private Forgetting oldRows;

  @Inject
  private Relay relay;

  @Inject
  private WebhookSender webhooks;

  @Inject
  private EntityManager entities;

  @Inject
  private ThreadFactory threads;

  private Thread migration;
  private Recurring leases;
  private Recurring dispatching;
  private Recurring lostMessages;
  private Recurring abandonedPictures;
  private Recurring abandonedInputs;
  private Recurring abandonedLoras;
  private Recurring ending;
  private Recurring removingFiles;
  private Recurring forgetting;
  private Recurring measuring;

  @PostConstruct
  void start() {
    PoolsInLog.sayItOnce();
    leases = new Recurring("Looking for lost leases", schema, leaseExpiry::run);
    dispatching = new Recurring("Sending tasks again", schema, redispatch::run);
    lostMessages = new Recurring("Looking for lost messages", schema, messages::run);
    abandonedPictures = new Recurring("Removing unfinished pictures", schema, pictures::run);
    abandonedInputs = new Recurring("Removing pictures that no task begins with", schema, inputs::run);
    abandonedLoras = new Recurring("Removing adapters that nothing names", schema, loras::run);
    ending = new Recurring("Removing tasks whose time is over", schema, ends::run);
    removingFiles = new Recurring("Removing the files of removed tasks", schema, files::run);
    forgetting = new Recurring("Deleting old rows", schema, oldRows::run);
    measuring = new Recurring("Reading the database's clock", schema, clock::measure);
    // The server looks for the persistence unit in the module of whoever asks first: a request would ask the web module, and fail
    entities.getEntityManagerFactory();
    migration = threads.newThread(new Migration(schema, clock));
    migration.setName("zimage-schema");
    migration.start();
  }

  @PreDestroy
  void stop() {
    migration.interrupt();
  }

  /** Every chore has a timer, so that a slow store or broker holds up its own alone. */
  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false)
  void expireLeases() {
    leases.run();
  }

  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false)
  void dispatch() {
    dispatching.run();
  }

  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false)
  void findLostMessages() {
    lostMessages.run();
  }

  @Schedule(hour = "*", minute = "*", second = "*/6", persistent = false)
  void removeAbandonedPictures() {
    abandonedPictures.run();
  }

  @Schedule(hour = "*", minute = "*", second = "45", persistent = false)
  void removeAbandonedInputs() {
    abandonedInputs.run();
  }

  @Schedule(hour = "*", minute = "*", second = "15", persistent = false)
  void removeAbandonedLoras() {
    abandonedLoras.run();
  }

  @Schedule(hour = "*", minute = "*", second = "*/3", persistent = false)
  void removeEnded() {
    ending.run();
  }

  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false)
  void removeFiles() {
    removingFiles.run();
  }

  @Schedule(hour = "*", minute = "*", second = "30", persistent = false)
  void forget() {
    forgetting.run();
  }

  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false)
  void measureAndSend() {
    measuring.run();
    if (schema.isCurrent()) {
      relay.wake();
      webhooks.wake();
    }
  }
}

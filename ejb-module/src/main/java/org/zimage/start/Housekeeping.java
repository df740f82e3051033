package org.zimage.start;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.Timer;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.HashMap;
import java.util.Map;
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
  private static final String LEASES = "Looking for lost leases";
  private static final String DISPATCHING = "Sending tasks again";
  private static final String LOST_MESSAGES = "Looking for lost messages";
  private static final String PICTURES = "Removing unfinished pictures";
  private static final String INPUTS = "Removing pictures that no task begins with";
  private static final String ADAPTERS = "Removing adapters that nothing names";
  private static final String ENDS = "Removing tasks whose time is over";
  private static final String FILES = "Removing the files of removed tasks";
  private static final String OLD_ROWS = "Deleting old rows";
  private static final String CLOCK = "Reading the database's clock";
  private static final String SENDING = "Waking what sends messages and webhooks";

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

  /** By the names under which the timers know them, and the log. */
  private final Map<String, Recurring> chores = new HashMap<>();
  private Thread migration;

  @PostConstruct
  void start() {
    PoolsInLog.sayItOnce();
    add(LEASES, leaseExpiry::run);
    add(DISPATCHING, redispatch::run);
    add(LOST_MESSAGES, messages::run);
    add(PICTURES, pictures::run);
    add(INPUTS, inputs::run);
    add(ADAPTERS, loras::run);
    add(ENDS, ends::run);
    add(FILES, files::run);
    add(OLD_ROWS, oldRows::run);
    add(CLOCK, clock::measure);
    add(SENDING, () -> {
      relay.wake();
      webhooks.wake();
    });
    // The server looks for the persistence unit in the module of whoever asks first: a request would ask the web module, and fail
    entities.getEntityManagerFactory();
    migration = threads.newThread(new Migration(schema, clock));
    migration.setName("zimage-schema");
    migration.start();
  }

  private void add(String name, Recurring.Work work) {
    chores.put(name, new Recurring(name, schema, work));
  }

  @PreDestroy
  void stop() {
    migration.interrupt();
  }

  /** Every chore has a timer, so that a slow store or broker holds up its own alone: the server gives each schedule its own. */
  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false, info = LEASES)
  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false, info = DISPATCHING)
  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false, info = LOST_MESSAGES)
  @Schedule(hour = "*", minute = "*", second = "*/6", persistent = false, info = PICTURES)
  @Schedule(hour = "*", minute = "*", second = "45", persistent = false, info = INPUTS)
  @Schedule(hour = "*", minute = "*", second = "15", persistent = false, info = ADAPTERS)
  @Schedule(hour = "*", minute = "*", second = "*/3", persistent = false, info = ENDS)
  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false, info = FILES)
  @Schedule(hour = "*", minute = "*", second = "30", persistent = false, info = OLD_ROWS)
  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false, info = CLOCK)
  @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false, info = SENDING)
  void run(Timer timer) {
    chores.get((String) timer.getInfo()).run();
  }
}

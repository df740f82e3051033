package org.zimage.platform;

import static org.awaitility.Awaitility.await;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.internal.arjuna.objectstore.VolatileStore;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import jakarta.enterprise.inject.se.SeContainer;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.jboss.weld.environment.se.Weld;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.zimage.audit.Audit;
import org.zimage.audit.AuditLog;
import org.zimage.audit.Refusals;
import org.zimage.broker.BrokerWatch;
import org.zimage.broker.Listeners;
import org.zimage.broker.SendingTransaction;
import org.zimage.caller.Callers;
import org.zimage.caller.Registration;
import org.zimage.caller.RequestRate;
import org.zimage.health.Health;
import org.zimage.history.BatchDeletion;
import org.zimage.history.FrequentSizes;
import org.zimage.history.History;
import org.zimage.image.ImageStores;
import org.zimage.input.AbandonedInputs;
import org.zimage.input.InputFiles;
import org.zimage.input.InputPictures;
import org.zimage.input.PictureTurns;
import org.zimage.lora.LoraFolder;
import org.zimage.lora.upload.AbandonedLoras;
import org.zimage.lora.upload.LoraCache;
import org.zimage.lora.upload.LoraLibrary;
import org.zimage.lora.upload.LoraUploads;
import org.zimage.lora.upload.UploadedLoras;
import org.zimage.message.Attempts;
import org.zimage.message.Outbox;
import org.zimage.message.Relay;
import org.zimage.message.Replies;
import org.zimage.message.ReplyAddresses;
import org.zimage.message.Requests;
import org.zimage.message.TaskEvents;
import org.zimage.metrics.SystemMetrics;
import org.zimage.origin.PictureVerification;
import org.zimage.origin.TrustedSigners;
import org.zimage.progress.Previews;
import org.zimage.progress.ProgressStore;
import org.zimage.recognition.KnownPictures;
import org.zimage.redis.RedisLink;
import org.zimage.resources.ReadOnlyQueries;
import org.zimage.schema.Schema;
import org.zimage.start.Forgetting;
import org.zimage.system.SystemOverview;
import org.zimage.system.Workers;
import org.zimage.task.dispatch.Backlog;
import org.zimage.task.dispatch.Dispatcher;
import org.zimage.task.dispatch.WorkQueue;
import org.zimage.task.lifecycle.BatchTally;
import org.zimage.task.lifecycle.Cancellation;
import org.zimage.task.lifecycle.TaskLedger;
import org.zimage.task.lifecycle.Turns;
import org.zimage.task.recovery.AbandonedPictures;
import org.zimage.task.recovery.LeaseExpiry;
import org.zimage.task.recovery.LeftBehind;
import org.zimage.task.recovery.LostMessages;
import org.zimage.task.recovery.Redispatch;
import org.zimage.task.removal.ClientData;
import org.zimage.task.removal.ClientRemovals;
import org.zimage.task.removal.Ends;
import org.zimage.task.removal.ExpiredTasks;
import org.zimage.task.removal.FileRemoval;
import org.zimage.task.removal.KeptPictures;
import org.zimage.task.removal.Removals;
import org.zimage.task.removal.TaskRemoval;
import org.zimage.task.reuse.EqualTasks;
import org.zimage.task.reuse.Heirs;
import org.zimage.task.reuse.LostPictures;
import org.zimage.task.submission.IdempotencyKeys;
import org.zimage.task.submission.PendingLimit;
import org.zimage.task.submission.Submission;
import org.zimage.task.submission.SubmissionTransaction;
import org.zimage.task.view.Tasks;
import org.zimage.webhook.DeliveryLog;
import org.zimage.webhook.WebhookHosts;
import org.zimage.webhook.WebhookSecrets;
import org.zimage.webhook.WebhookSender;
import redis.clients.jedis.Jedis;

/**
 * Runs the module's beans as in production, with their annotations and transactions, on real servers. Started once for
 * all tests of a module; every test begins with empty tables and an empty Redis.
 */
public final class Platform implements BeforeAllCallback, BeforeEachCallback {
  /** PostgreSQL's SQLSTATE. */
  private static final String DEADLOCK = "40P01";
  private static final int MOST_DEADLOCKS = 5;

  private static Servers servers;
  private static DataSource database;
  private static String jdbcUrl;
  private static URI redisUrl;
  private static SeContainer container;

  /** A bean of the application. */
  public static <T> T bean(Class<T> type) {
    return container.select(type).get();
  }

  public static Servers servers() {
    return servers;
  }

  /** The address of the application's database. */
  public static String jdbcUrl() {
    return jdbcUrl;
  }

  public static URI redisUrl() {
    return redisUrl;
  }

  /** The application's database, outside of its transactions. */
  public static DataSource database() {
    return database;
  }

  /** Waits until the application uses Redis again after it was away. */
  public static void awaitRedis() {
    await().until(() -> {
      bean(TestClock.class).advance(Duration.ofMinutes(1));
      return bean(ProgressStore.class).isReachable();
    });
  }

  /** Waits until the application hears the progress channel. */
  public static void awaitFeed() {
    try (Jedis redis = new Jedis(servers.redisUrl())) {
      await().until(() -> redis.pubsubNumSub(ProgressStore.CHANNEL).get(ProgressStore.CHANNEL) > 0);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    if (container == null) {
      start();
      // Closed by JUnit after the last test
      context.getRoot().getStore(ExtensionContext.Namespace.GLOBAL)
          .put(Platform.class, (AutoCloseable) Platform::stop);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    emptyTables();
    try (Jedis redis = new Jedis(servers.redisUrl())) {
      redis.flushAll();
    }
    servers.emptyQueues();
    bean(Workers.class).served(); // what it knew lately is of the test before
  }

  /** What the test before has left running may hold rows that wait for ours: then PostgreSQL ends one of the two. */
  private static void emptyTables() throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        truncate();
        return;
      } catch (SQLException e) {
        if (!DEADLOCK.equals(e.getSQLState()) || attempt == MOST_DEADLOCKS) {
          throw e;
        }
      }
    }
  }

  private static void truncate() throws SQLException {
    try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
      statement.execute(
          "TRUNCATE idempotency_keys, image_generation_tasks, image_generation_batches, api_clients, workers, "
          + "outgoing_messages, reply_addresses, message_attempts, unfinished_pictures, webhooks, webhook_deliveries, "
          + "chores, input_pictures, uploaded_loras, removals, kept_pictures, client_removals, pictures");
      // As an operator removes old records
      statement.execute("ALTER TABLE audit_records DISABLE TRIGGER USER; DELETE FROM audit_records; ALTER TABLE audit_records ENABLE TRIGGER USER");
    }
  }

  private static void start() throws Exception {
    servers = new Servers();
    database = servers.emptyDatabase();
    join(servers.jdbcUrl(database), servers.redisUrl());
    bean(Schema.class).migrate();
  }

  /** Runs the beans in a process of its own, on the servers of another; without a broker. */
  public static void join(String databaseUrl, URI redis) {
    jdbcUrl = databaseUrl;
    redisUrl = redis;
    for (String store : new String[] {null, "communicationStore", "stateStore"}) {
      BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
          .setObjectStoreType(VolatileStore.class.getName());
    }
    Weld weld = new Weld().disableDiscovery()
        .addExtension(new com.arjuna.ats.jta.cdi.TransactionExtension())
        .addBeanClasses(AbandonedInputs.class, InputFiles.class, InputPictures.class, PictureTurns.class, KnownPictures.class, TrustedSigners.class, PictureVerification.class, LoraFolder.class, AbandonedLoras.class, LoraCache.class, LoraLibrary.class, LoraUploads.class, UploadedLoras.class,
            Audit.class, AuditLog.class, Refusals.class, Previews.class, Attempts.class, Backlog.class, LeftBehind.class, BatchTally.class, BatchDeletion.class, BrokerWatch.class, Callers.class,
            Cancellation.class,
            DeliveryLog.class, Dispatcher.class, Health.class, History.class, IdempotencyKeys.class, ImageStores.class,
            Listeners.class, ReadOnlyQueries.class, Registration.class,
            Outbox.class, PendingLimit.class, ProgressStore.class, RedisLink.class, Relay.class,
            Replies.class, ReplyAddresses.class, RequestRate.class, Requests.class, Schema.class, Submission.class, SubmissionTransaction.class, SystemMetrics.class,
            SystemOverview.class, TaskEvents.class, TaskLedger.class, Tasks.class, TestResources.class, Turns.class, FrequentSizes.class,
            ClientData.class, ClientRemovals.class, Ends.class, ExpiredTasks.class, FileRemoval.class, KeptPictures.class, Removals.class,
            TaskRemoval.class, EqualTasks.class, Heirs.class, LostPictures.class,
            AbandonedPictures.class, Forgetting.class, LeaseExpiry.class, LostMessages.class, Redispatch.class,
            SendingTransaction.class, WebhookHosts.class, WebhookSecrets.class, WebhookSender.class, Workers.class, WorkQueue.class);
    container = weld.initialize();
  }

  private static void stop() throws Exception {
    container.close();
    servers.close();
  }
}

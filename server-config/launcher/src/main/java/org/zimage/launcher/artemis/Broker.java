package org.zimage.launcher.artemis;

import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.WildcardConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.zimage.launcher.address.Ports;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.settings.LauncherSettings;

/** The Artemis broker inside the launcher, with its journal on disk. {@code LocalSystem} owns and closes it. */
public final class Broker implements AutoCloseable {
  private static final SimpleString DEAD_LETTERS = SimpleString.of("zimage.dlq");
  private static final SimpleString UNDELIVERABLE = SimpleString.of("zimage.undeliverable");
  private static final int UNLIMITED_ATTEMPTS = -1;
  /** How long a durable message waits for others, to be written together with them. The default is sixteen times as long. */
  private static final int JOURNAL_PAUSE_NANOS = 200_000;

  /** Held by a field, because a logger that nobody holds is collected with its filter. */
  private static final Logger QUEUES = Logger.getLogger("org.apache.activemq.artemis.core.server");
  /** Warnings that a queue has no dead letter address, has no expiry address, or drops what expires. All three are intended. */
  private static final Pattern INTENDED_WARNINGS = Pattern.compile("AMQ(222165|222166|222147)\\b.*", Pattern.DOTALL);

  private final EmbeddedActiveMQ server;

  private Broker(EmbeddedActiveMQ server) {
    this.server = server;
  }

  public static Broker start(Home home, LauncherSettings settings, int port) throws Exception {
    BrokerAccounts accounts = BrokerAccounts.of(home, settings);
    Configuration configuration = configuration(home, settings, port);
    BrokerAccounts.PERMISSIONS.forEach(configuration::putSecurityRoles);
    HttpRefusal.close();
    QUEUES.setFilter(line -> line.getMessage() == null || !INTENDED_WARNINGS.matcher(line.getMessage()).matches());
    EmbeddedActiveMQ server = new EmbeddedActiveMQ();
    server.setConfiguration(configuration);
    server.setSecurityManager(accounts.securityManager());
    server.start();
    return new Broker(server);
  }

  static Configuration configuration(Home home, LauncherSettings settings, int port) throws Exception {
    String data = home.artemis().toString();
    Configuration configuration = new ConfigurationImpl()
        .setName("zimage")
        .setPersistenceEnabled(true)
        .setJMXManagementEnabled(false)
        // A subscription to "#" or "zimage.*" would be told of requests, with their keys, under an address that is not forbidden
        .setWildCardConfiguration(new WildcardConfiguration().setRoutingEnabled(false))
        .setJournalType(JournalType.NIO)
        .setJournalDirectory(data + "/journal")
        .setBindingsDirectory(data + "/bindings")
        .setPagingDirectory(data + "/paging")
        .setLargeMessagesDirectory(data + "/large-messages")
        .setJournalBufferTimeout_NIO(JOURNAL_PAUSE_NANOS)
        .setJournalMinFiles(2)
        .setJournalFileSize(4 << 20)
        // The default refuses messages on a disk that is 90 % full, however large the rest is.
        .setMaxDiskUsage(98)
        .addAcceptorConfiguration("zimage", "tcp://" + Ports.inBrackets(settings.artemisHost()) + ":" + port + "?protocols=CORE,AMQP,STOMP");
    configuration.registerBrokerPlugin(new FrameLimitPlugin());
    configuration.registerBrokerPlugin(new AddressNamePlugin());
    configuration.registerBrokerPlugin(new MessageFilterPlugin(settings.maxInputBytes()));
    configuration.registerBrokerPlugin(new SelectorLimitPlugin());
    configuration.registerBrokerPlugin(new OthersQueuesPlugin(OthersQueuesPlugin.MAX_BYTES, OthersQueuesPlugin.MAX_QUEUES));
    // Messages of other systems become no dead letters of ours. They stay in their queues until they are read or expire
    configuration.addAddressSetting("#", settings(UNLIMITED_ATTEMPTS, 500));
    // The database counts a task's attempts. A message that no worker could even look at for minutes is given up, and
    // its task.
    configuration.addAddressSetting("zimage.generate", withDeadLetters(settings(20, 1_000)));
    // The listener keeps a request while the database is away. A request that is redelivered has ended a process, or is unreadable.
    configuration.addAddressSetting("zimage.requests", withDeadLetters(settings(20, 1_000)));
    // A dead letter that cannot be delivered either must not come back for ever. There is no queue at the other address: what
    // gets there is gone, and with it the key of who sent it.
    configuration.addAddressSetting("zimage.dlq", withDeadLetters(settings(10, 500)).setDeadLetterAddress(UNDELIVERABLE));
    // STOMP names no routing type for a subscription's queue. It gets the default one, but only where the broker does not
    // make addresses: else it is asked for the right to change this one.
    configuration.addAddressSetting("zimage.events", settings(UNLIMITED_ATTEMPTS, 500).setAutoCreateAddresses(false)
        .setDefaultAddressRoutingType(RoutingType.MULTICAST).setDefaultQueueRoutingType(RoutingType.MULTICAST));
    // A temporary queue that is gone shall not come back, and stay, because somebody answers there. Their names have no
    // dots; the prefix is one that the JMS client also tries.
    for (String name : new String[] {"*", "jms.queue.#"}) {
      configuration.addAddressSetting(name, settings(UNLIMITED_ATTEMPTS, 500).setAutoCreateQueues(false).setAutoCreateAddresses(false));
    }
    for (String queue : new String[] {"zimage.generate", "zimage.requests", "zimage.dlq"}) {
      configuration.addQueueConfiguration(QueueConfiguration.of(queue).setRoutingType(RoutingType.ANYCAST));
    }
    configuration.addAddressConfiguration(
        new CoreAddressConfiguration().setName(UNDELIVERABLE.toString()).addRoutingType(RoutingType.ANYCAST));
    configuration.addAddressConfiguration(
        new CoreAddressConfiguration().setName("zimage.events").addRoutingType(RoutingType.MULTICAST));
    return configuration;
  }

  private static AddressSettings settings(int maxDeliveryAttempts, long redeliveryDelayMillis) {
    return new AddressSettings()
        .setMaxDeliveryAttempts(maxDeliveryAttempts)
        .setRedeliveryDelay(redeliveryDelayMillis)
        .setRedeliveryMultiplier(2)
        .setMaxRedeliveryDelay(30_000)
        .setAutoCreateQueues(true)
        .setAutoCreateAddresses(true)
        .setDefaultAddressRoutingType(RoutingType.ANYCAST)
        .setDefaultQueueRoutingType(RoutingType.ANYCAST);
  }

  private static AddressSettings withDeadLetters(AddressSettings settings) {
    return settings.setDeadLetterAddress(DEAD_LETTERS).setExpiryAddress(DEAD_LETTERS);
  }

  @Override
  public void close() throws Exception {
    server.stop();
  }
}

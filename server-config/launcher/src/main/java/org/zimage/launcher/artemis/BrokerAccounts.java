package org.zimage.launcher.artemis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Set;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.zimage.launcher.error.LauncherException;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.home.Password;
import org.zimage.launcher.settings.LauncherSettings;

/**
 * The accounts of the broker and their permissions. The nodes may do everything; others may ask for pictures, hear events and have
 * queues of their own. Where no accounts are set, the programs of this machine are such others, without an account.
 */
public final class BrokerAccounts {
  private static final String NODES = LauncherSettings.NODES_ACCOUNT;
  private static final String OTHERS = "others";

  /** Permissions by address; the closest match counts. */
  static final Map<String, Set<Role>> PERMISSIONS = Map.of(
      "#", Set.of(nodes(), others(true, true)),
      "zimage.#", Set.of(nodes()),
      "zimage.requests", Set.of(nodes(), new Role(OTHERS, true, false, false, false, false, false, false, false, false, false, false, false)),
      "zimage.events", Set.of(nodes(), others(false, false)),
      // The broker's own: its management, and who is connected
      "activemq.#", Set.of(nodes()));

  private final SecurityConfiguration accounts = new SecurityConfiguration();

  private BrokerAccounts() {}

  static BrokerAccounts of(Home home, LauncherSettings settings) throws IOException {
    BrokerAccounts all = new BrokerAccounts();
    all.add(NODES, nodesPassword(home), NODES);
    settings.artemisAccounts().forEach((name, password) -> all.add(name, password, OTHERS));
    if (settings.artemisAccounts().isEmpty()) {
      all.add(OTHERS, Password.random(), OTHERS);
      all.accounts.setDefaultUser(OTHERS);
    }
    return all;
  }

  private void add(String name, String password, String role) {
    accounts.addUser(name, password);
    accounts.addRole(name, role);
  }

  public static String nodesPassword(Home home) throws IOException {
    return Password.in(home.artemis().resolve("password"));
  }

  /** @throws LauncherException if the broker would be open to other machines without accounts */
  public static void require(LauncherSettings settings) {
    String host = settings.artemisHost();
    try {
      if (settings.artemisAccounts().isEmpty() && !InetAddress.getByName(host).isLoopbackAddress()) {
        throw new LauncherException("ZIMAGE_ARTEMIS_HOST=" + host + " opens the broker to other machines: give those who may use it "
            + "accounts, ZIMAGE_ARTEMIS_ACCOUNTS=name:password,…");
      }
    } catch (UnknownHostException unknown) {
      throw new LauncherException("ZIMAGE_ARTEMIS_HOST=" + host + " is no address of this machine: use 127.0.0.1, or 0.0.0.0 for all");
    }
  }

  private static Role nodes() {
    return new Role(NODES, true, true, true, true, true, true, true, true, true, true, true, true);
  }

  /** The role of others: they consume, and make and remove queues. They never manage the broker. */
  private static Role others(boolean sends, boolean makesAddresses) {
    return new Role(OTHERS, sends, true, true, true, true, true, false, true, makesAddresses, makesAddresses, false, false);
  }

  ActiveMQSecurityManager securityManager() {
    return new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), accounts);
  }
}

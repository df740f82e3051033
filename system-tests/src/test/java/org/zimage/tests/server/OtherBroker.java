package org.zimage.tests.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.deployers.impl.FileConfigurationParser;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.security.impl.SecurityStoreImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.zimage.tests.system.FreePort;

/**
 * A broker that is not the launcher's: it has what the documentation says for {@code broker.xml}, and nothing else. Owns it until it is
 * closed.
 */
public final class OtherBroker implements AutoCloseable {
  private static final Path DOCUMENT = Path.of(System.getProperty("zimage.root"), "docs/jms.md");

  private final int port;
  private final SecurityConfiguration accounts = new SecurityConfiguration();
  private final EmbeddedActiveMQ server;

  private OtherBroker(int port, Configuration configuration) {
    this.port = port;
    server = new EmbeddedActiveMQ().setConfiguration(configuration)
        .setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), accounts));
  }

  public static OtherBroker start(String acceptorParameters) throws Exception {
    return start(acceptorParameters, Map.of());
  }

  /** @param instead what stands in the settings in place of what the documentation has, so that a test has not to wait */
  public static OtherBroker start(String acceptorParameters, Map<String, String> instead) throws Exception {
    int port = FreePort.find();
    Configuration configuration = documented(instead).setPersistenceEnabled(false).setJMXManagementEnabled(false)
        .setMessageExpiryScanPeriod(200)
        .addAcceptorConfiguration("all", "tcp://127.0.0.1:" + port + acceptorParameters);
    OtherBroker broker = new OtherBroker(port, configuration);
    broker.server.start();
    return broker;
  }

  private static Configuration documented(Map<String, String> instead) throws Exception {
    String blocks = Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(DOCUMENT)).results()
        .map(block -> block.group(1)).collect(Collectors.joining());
    for (Map.Entry<String, String> change : instead.entrySet()) {
      blocks = blocks.replace(change.getKey(), change.getValue());
    }
    String xml = "<configuration xmlns=\"urn:activemq\"><core xmlns=\"urn:activemq:core\">" + blocks + "</core></configuration>";
    return new FileConfigurationParser().parseMainConfig(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }

  public int port() {
    return port;
  }

  public ActiveMQServer server() {
    return server.getActiveMQServer();
  }

  /** Makes an account, or gives it another password. */
  public void account(String name, String password, String... roles) {
    accounts.addUser(name, password);
    for (String role : roles) {
      accounts.addRole(name, role);
    }
    if (server.getActiveMQServer() != null) {
      ((SecurityStoreImpl) server().getSecurityStore()).invalidateAuthenticationCache();
    }
  }

  public void whoHasNoAccountIs(String name) {
    accounts.setDefaultUser(name);
  }

  /** From now on nobody may do this at an address; consumers that are there stay. */
  public Set<Role> forbid(CheckType permission, String address) {
    Set<Role> before = server().getSecurityRepository().getMatch(address);
    permit(address, before.stream().map(role -> without(role, permission)).collect(Collectors.toSet()));
    return before;
  }

  public void permit(String address, Set<Role> roles) {
    server().getSecurityRepository().addMatch(address, new HashSet<>(roles));
  }

  private static Role without(Role role, CheckType permission) {
    return new Role(role.getName(), role.isSend() && permission != CheckType.SEND, role.isConsume() && permission != CheckType.CONSUME,
        role.isCreateDurableQueue(), role.isDeleteDurableQueue(), role.isCreateNonDurableQueue(), role.isDeleteNonDurableQueue(),
        role.isManage(), role.isBrowse() && permission != CheckType.BROWSE, role.isCreateAddress(), role.isDeleteAddress(), role.isView(),
        role.isEdit());
  }

  /** As a restart of the broker does. */
  void disconnect(String account) throws Exception {
    server().getActiveMQServerControl().closeConnectionsForUser(account);
  }

  /** How many messages each queue has. */
  public Map<String, Long> messages() {
    return List.of(server().getActiveMQServerControl().getQueueNames()).stream()
        .collect(Collectors.toMap(name -> name, name -> server().locateQueue(name).getMessageCount()));
  }

  @Override
  public void close() throws IOException {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}

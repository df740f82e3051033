package org.zimage.launcher.artemis;

import jakarta.jms.JMSContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.zimage.launcher.address.Ports;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.settings.LauncherSettings;

/** The launcher's broker, with a home and a port of its own. */
record StartedBroker(Home home, int port, Broker broker) implements AutoCloseable {
  static StartedBroker start(Path folder, Map<String, String> environment) throws Exception {
    Home home = Home.prepare(folder);
    int port = Ports.anyFree();
    return new StartedBroker(home, port, Broker.start(home, LauncherSettings.of(environment), port));
  }

  /** A program of anybody on this machine. */
  JMSContext stranger() {
    return connect(null, null);
  }

  JMSContext node() {
    try {
      return connect(LauncherSettings.NODES_ACCOUNT, BrokerAccounts.nodesPassword(home));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** @param user null for a program without an account */
  JMSContext connect(String user, String password) {
    ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + port);
    return user == null ? factory.createContext() : factory.createContext(user, password);
  }

  @Override
  public void close() throws Exception {
    broker.close();
  }
}

package org.zimage.tests.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.zimage.tests.system.FreePort;

/**
 * Two brokers, each a process of its own, with one journal: when the primary one dies, the backup goes on with it. Their settings are
 * those of the documentation. Owns both until it is closed.
 */
public final class BrokerPair implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final Path ROOT = Path.of(System.getProperty("zimage.root")).toAbsolutePath().normalize();

  private final Path folder;
  private final int primaryPort = FreePort.find();
  private final int backupPort = FreePort.find();
  private Process primary;
  private Process backup;

  private BrokerPair(Path folder) throws IOException {
    this.folder = folder;
  }

  public static BrokerPair start(Path folder) throws IOException {
    BrokerPair pair = new BrokerPair(folder);
    pair.startPrimary();
    pair.backup = pair.start("backup", pair.backupPort, pair.primaryPort,
        "<backup><failover-on-shutdown>true</failover-on-shutdown><allow-failback>true</allow-failback></backup>");
    return pair;
  }

  /** As Artemis' own client takes it. */
  public String url() {
    return "(tcp://127.0.0.1:" + primaryPort + ",tcp://127.0.0.1:" + backupPort + ")?ha=true&reconnectAttempts=-1";
  }

  /** Starts it, for the first time or after it was killed, and waits until it has taken over. */
  public void startPrimary() throws IOException {
    primary = start("primary", primaryPort, backupPort, "<primary><failover-on-shutdown>true</failover-on-shutdown></primary>");
    await("the primary broker").atMost(LONGEST).until(() -> answers(primaryPort));
  }

  /** Ends it as a power cut would. */
  public void killPrimary() {
    primary.destroyForcibly().onExit().join();
  }

  public boolean hasBackupTakenOver() {
    return answers(backupPort);
  }

  private Process start(String name, int port, int other, String role) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name).resolve("etc")).getParent();
    String documented = Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(ROOT.resolve("docs/jms.md"))).results()
        .map(block -> block.group(1)).collect(Collectors.joining());
    Files.writeString(home.resolve("etc/broker.xml"), """
        <configuration xmlns="urn:activemq"><core xmlns="urn:activemq:core">
          <name>%s</name>
          <security-enabled>false</security-enabled>
          <jmx-management-enabled>false</jmx-management-enabled>
          <journal-type>NIO</journal-type>
          <paging-directory>%s/paging</paging-directory>
          <bindings-directory>%2$s/bindings</bindings-directory>
          <journal-directory>%2$s/journal</journal-directory>
          <large-messages-directory>%2$s/large</large-messages-directory>
          <connectors>
            <connector name="self">tcp://127.0.0.1:%d</connector>
            <connector name="other">tcp://127.0.0.1:%d</connector>
          </connectors>
          <acceptors><acceptor name="all">tcp://127.0.0.1:%3$d</acceptor></acceptors>
          <cluster-user>cluster</cluster-user>
          <cluster-password>cluster</cluster-password>
          <ha-policy><shared-store>%s</shared-store></ha-policy>
          <cluster-connections>
            <cluster-connection name="pair">
              <connector-ref>self</connector-ref>
              <message-load-balancing>OFF</message-load-balancing>
              <static-connectors><connector-ref>other</connector-ref></static-connectors>
            </cluster-connection>
          </cluster-connections>
          %s
        </core></configuration>
        """.formatted(name, folder.resolve("store"), port, other, role, documented));
    Path distribution = Path.of(System.getProperty("zimage.distribution")).toAbsolutePath().normalize();
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-cp",
        distribution + "/lib/*:" + distribution + "/server-lib/*", "org.apache.activemq.artemis.core.server.embedded.Main", home.toString())
        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile())).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() {
    for (Process broker : new Process[] {primary, backup}) {
      if (broker != null) {
        broker.destroyForcibly().onExit().join();
      }
    }
  }
}

package org.zimage.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.tests.caller.Api;
import org.zimage.tests.server.EncryptedServers;
import org.zimage.tests.server.TlsProxy;
import org.zimage.tests.system.FreePort;
import org.zimage.tests.system.Node;
import org.zimage.tests.system.Teardown;

/** Nodes that reach their servers and are reached over TLS only, with a certificate of an authority of one's own. */
@Tag("deployment")
class EncryptedIT {
  @TempDir
  private static Path folder;
  private static EncryptedServers servers;
  private static TlsProxy webOverTls;
  private static int httpsPort;
  private static Node web;
  private static Node worker;

  @BeforeAll
  static void start() throws Exception {
    servers = EncryptedServers.start(folder);
    web = Node.start("web", servers.home(), withHttps(servers.settings()));
    worker = Node.start("worker", servers.home(), servers.settings());
    web.awaitReady("/health/ready");
    worker.awaitReady("/worker/health/ready");
    webOverTls = new TlsProxy(servers.authority().context(), web.port());
  }

  private static Map<String, String> withHttps(Map<String, String> settings) throws Exception {
    httpsPort = FreePort.find();
    settings.putAll(Map.of("ZIMAGE_HTTPS_CERTIFICATE", servers.authority().certificate().toString(), "ZIMAGE_HTTPS_KEY",
        servers.authority().privateKey().toString(), "ZIMAGE_HTTPS_PORT", Integer.toString(httpsPort), "ZIMAGE_HOST", "0.0.0.0"));
    return settings;
  }

  @AfterAll
  static void stop() throws Exception {
    Teardown.close(worker, web, webOverTls, servers);
  }

  @Test
  void drawsAPictureOverEncryptedConnectionsOnly() throws Exception {
    servers.assertReachedEncryptedOnly(new Api(web.url(), null, null, null));
  }

  @Test
  void answersOverHttpsWhereHttpIsForThisMachineOnly() {
    servers.assertHttps("localhost", httpsPort);

    // Another of the addresses that 0.0.0.0 stands for
    assertThatThrownBy(() -> new Socket("127.0.0.2", web.port()).close()).isInstanceOf(ConnectException.class);
    assertThatCode(() -> new Socket("127.0.0.2", httpsPort).close()).doesNotThrowAnyException();
  }

  @Test
  void speaksBehindAProxyThatEncrypts() throws Exception {
    HttpClient client = HttpClient.newBuilder().sslContext(servers.authority().context()).build();

    assertThat(client.send(HttpRequest.newBuilder(URI.create("https://localhost:" + webOverTls.port() + "/health")).build(),
        BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  /** A second handshake that stops half way would hold a thread of the server for ever. */
  @Test
  void nobodyBeginsTlsAnew() throws Exception {
    try (SSLSocket caller = (SSLSocket) servers.authority().context().getSocketFactory().createSocket("localhost", httpsPort)) {
      caller.setEnabledProtocols(new String[] {"TLSv1.2"});
      caller.setSoTimeout(10_000);
      caller.startHandshake();

      // Sends the first message of the second one; what comes of it is seen by who reads
      caller.startHandshake();

      assertThatThrownBy(caller.getInputStream()::read).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void theServersLetNobodyInWithoutPasswordOrTls() throws IOException {
    servers.assertLetNobodyInWithoutPasswordOrTls();
  }
}

package org.zimage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.platform.Platform;
import org.zimage.settings.Settings;

/** Redis behind TLS, with a certificate of one's own for {@code localhost}. */
@ExtendWith(Platform.class)
class EncryptedRedisTest {
  private static final String PASSWORD = "changeit";
  /** On a busy machine, a handshake may take longer than the application waits for Redis, more than once. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  @TempDir
  private static Path folder;
  private static ServerSocket port;
  /** Why those who were not content with the certificate left. */
  private static final Queue<String> REFUSALS = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void listen() throws Exception {
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "SAN=dns:localhost", "-validity", "2");
    keytool("-exportcert", "-rfc", "-file", certificate().toString());
    port = context().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(() -> {
      URI redis = Platform.servers().redisUrl();
      while (true) {
        SSLSocket client = (SSLSocket) port.accept();
        Socket server = new Socket(redis.getHost(), redis.getPort());
        thread(() -> {
          try {
            client.startHandshake();
          } catch (SSLHandshakeException refused) {
            REFUSALS.add(refused.getMessage());
          }
          thread(() -> pass(client, server));
          return pass(server, client);
        });
      }
    });
  }

  @AfterAll
  static void close() throws IOException {
    port.close();
  }

  @Test
  void isReachedWithTheAuthorityOfItsCertificate() {
    await().atMost(LONGEST).until(() -> answer("localhost", certificate()).filter("PONG"::equals).isPresent());
  }

  @Test
  void isNotTrustedWithoutIt() {
    assertRefused("localhost", null);
  }

  @Test
  void isNotTrustedUnderANameThatIsNotInItsCertificate() {
    assertRefused("127.0.0.1", certificate());
  }

  private static void assertRefused(String host, Path authorities) {
    REFUSALS.clear();
    await().atMost(LONGEST).until(() -> {
      assertThat(answer(host, authorities)).isEmpty();
      return REFUSALS.stream().anyMatch(reason -> reason.contains("certificate_unknown"));
    });
  }

  private static Optional<String> answer(String host, Path authorities) {
    Map<String, String> environment = new HashMap<>();
    environment.put("REDIS_URL", "rediss://" + host + ":" + port.getLocalPort() + "/0");
    if (authorities != null) {
      environment.put("ZIMAGE_CA_CERTIFICATES", authorities.toString());
    }
    try (RedisLink redis = new RedisLink(Settings.read(environment), Clock.systemUTC())) {
      return redis.ask(client -> client.ping());
    }
  }

  private static Path certificate() {
    return folder.resolve("certificate.pem");
  }

  private static SSLContext context() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("key.p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(String command, String... words) throws IOException, InterruptedException {
    ProcessBuilder keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), command,
        "-keystore", folder.resolve("key.p12").toString(), "-storetype", "PKCS12", "-storepass", PASSWORD, "-alias", "redis");
    keytool.command().addAll(List.of(words));
    assertThat(keytool.inheritIO().start().waitFor()).isZero();
  }

  private static Void pass(Socket from, Socket to) throws IOException {
    try (from; to) {
      from.getInputStream().transferTo(to.getOutputStream());
    }
    return null;
  }

  /** Some work that ends when a socket is closed. */
  private interface Work {
    Object run() throws IOException;
  }

  private static void thread(Work work) {
    Thread thread = new Thread(() -> {
      try {
        work.run();
      } catch (IOException closed) {
        // Either side may leave whenever it likes
      }
    });
    thread.setDaemon(true);
    thread.start();
  }
}

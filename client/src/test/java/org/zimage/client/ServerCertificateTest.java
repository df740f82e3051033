package org.zimage.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zimage.api.GenerateImageRequest;
import org.zimage.client.trust.CertificateProblem;

/** What a client makes of a server's certificate: real TLS, with certificates that are made here. */
@Timeout(60)
class ServerCertificateTest {
  private static final GenerateImageRequest PICTURE = GenerateImageRequest.of("a red circle");
  private static final String HERE = "ip:127.0.0.1";
  private static final String NOW = "-1d";

  @TempDir
  private static Path folder;

  private static TrialCertificates certificates;

  private final List<String> waits = new ArrayList<>();
  private HttpsServer server;

  @BeforeAll
  static void make() throws Exception {
    certificates = TrialCertificates.make(folder, "A company");
  }

  private void listen(String name, String since) throws Exception {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificates.server(name, since)));
    server.createContext("/", ServerCertificateTest::accept);
    server.start();
  }

  private static void accept(HttpExchange exchange) throws IOException {
    byte[] accepted = "{\"task_id\":\"t\",\"status_url\":\"/v1/tasks/t\",\"image_url\":null}".getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, accepted.length);
    exchange.getResponseBody().write(accepted);
    exchange.close();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  private String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Would wait for two minutes for a server that may come back. */
  private ZImageClientBuilder client() {
    return ZImageClient.to(url()).startTimeout(Duration.ofMinutes(2)).whenAway(failure -> waits.add(failure.getMessage()));
  }

  @Test
  void anAuthorityOfOnesOwnIsTrustedWhenItIsNamed() throws Exception {
    listen(HERE, NOW);

    try (ZImageClient zimage = client().authorities(certificates.authority()).open()) {
      assertThat(zimage.generate(PICTURE).taskId()).isEqualTo("t");
    }
  }

  @Test
  void theAuthoritiesOfJavaStayTrustedBesideIt() throws Exception {
    TrialCertificates others = TrialCertificates.make(Files.createDirectory(folder.resolve("others")), "Another company");
    listen(HERE, NOW);

    String trustStore = System.setProperty("javax.net.ssl.trustStore", certificates.trustStore().toString());
    try (ZImageClient zimage = client().authorities(others.authority()).open()) {
      assertThat(zimage.generate(PICTURE).taskId()).isEqualTo("t");
    } finally {
      if (trustStore == null) {
        System.clearProperty("javax.net.ssl.trustStore");
      } else {
        System.setProperty("javax.net.ssl.trustStore", trustStore);
      }
    }
  }

  @Test
  void anUnknownAuthorityIsToldAtOnce() throws Exception {
    listen(HERE, NOW);

    try (ZImageClient zimage = client().open()) {
      assertThatThrownBy(() -> zimage.generate(PICTURE)).isInstanceOf(ServerUnreachable.class)
          .hasMessage("The certificate of " + url() + " is of an authority that is not trusted here");
    }
    assertThat(waits).isEmpty();
  }

  /** As after somebody has made the authority anew. */
  @Test
  void anotherAuthorityOfTheSameNameIsUnknown() throws Exception {
    TrialCertificates before = TrialCertificates.make(Files.createDirectory(folder.resolve("before")), "A company");
    listen(HERE, NOW);

    try (ZImageClient zimage = client().authorities(before.authority()).open()) {
      assertThatThrownBy(() -> zimage.generate(PICTURE)).isInstanceOf(ServerUnreachable.class)
          .hasMessage("The certificate of " + url() + " is of an authority that is not trusted here");
    }
  }

  /** The status is not asked for again either. */
  @Test
  void whoWaitsForATaskIsToldAtOnce() throws Exception {
    listen(HERE, NOW);

    try (ZImageClient zimage = client().open()) {
      ServerUnreachable failure =
          catchThrowableOfType(() -> zimage.await("t", Duration.ofMinutes(2), seen -> { }), ServerUnreachable.class);
      assertThat(failure.certificateProblem()).contains(CertificateProblem.UNKNOWN_AUTHORITY);
      assertThat(failure.isWithoutConnection()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "dns:pictures.example | -1d | OTHER_NAME | is for another name: No subject alternative names matching IP address 127.0.0.1 found",
      "ip:127.0.0.1 | -5d | EXPIRED | has expired: NotAfter: ",
      "ip:127.0.0.1 | +2d | NOT_YET_VALID | is not valid yet: NotBefore: "})
  void whatElseIsWrongWithItIsToldAtOnce(String name, String since, CertificateProblem problem, String text) throws Exception {
    listen(name, since);

    try (ZImageClient zimage = client().authorities(certificates.authority()).open()) {
      assertThatThrownBy(() -> zimage.generate(PICTURE)).isInstanceOfSatisfying(ServerUnreachable.class,
          failure -> assertThat(failure.certificateProblem()).contains(problem))
          .hasMessageStartingWith("The certificate of " + url() + " " + text);
    }
    assertThat(waits).isEmpty();
  }

  /** As a server, or a proxy before it, does that stops at this moment. */
  @Test
  void aServerThatEndsTheHandshakeIsWaitedFor() throws Exception {
    try (ServerSocket port = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      Thread ending = new Thread(() -> {
        try {
          while (true) {
            port.accept().close();
          }
        } catch (IOException closed) {
          // The test is over
        }
      });
      ending.start();

      try (ZImageClient zimage = ZImageClient.to("https://127.0.0.1:" + port.getLocalPort()).retryTimeout(Duration.ofSeconds(1))
          .whenAway(failure -> waits.add(failure.getMessage())).open()) {
        assertThatThrownBy(() -> zimage.generate(PICTURE)).isInstanceOfSatisfying(ServerUnreachable.class,
            failure -> assertThat(failure.certificateProblem()).isEmpty());
      }
    }
    assertThat(waits).hasSize(1);
  }

  @Test
  void aFileWithoutCertificatesIsRefused() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.pem"));
    Path text = Files.writeString(folder.resolve("text.pem"), "127.0.0.1 localhost\n");

    assertRefused(folder.resolve("missing.pem"), "is not there");
    assertRefused(empty, "holds no certificate");
    assertRefused(text, "holds no certificate");
  }

  private static void assertRefused(Path file, String why) {
    assertThatThrownBy(() -> ZImageClient.to("https://127.0.0.1:8443").authorities(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The authorities (of the command line: ZIMAGE_CA_CERTIFICATES) must be a readable file with certificates in PEM"
            + " (got " + file + ", which " + why + ")");
  }
}

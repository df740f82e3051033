package org.zimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate that nobody trusts who was not told to. The commands are processes, because they read the environment. */
class HttpsTest {
  private static final String PASSWORD = "changeit";
  private static final String ALIAS = "zimage";
  /** Far less than the two minutes for which a server is waited for that restarts. */
  private static final int LONGEST_SECONDS = 60;

  @TempDir
  private static Path folder;

  private static HttpsServer server;

  private record Ended(int exitCode, String out, String err) { }

  @BeforeAll
  static void listen() throws Exception {
    Path store = folder.resolve("key.p12");
    Process keytool = new ProcessBuilder(java("keytool"), "-genkeypair", "-keyalg", "EC", "-dname", "CN=Z-Image", "-ext",
        "san=ip:127.0.0.1", "-validity", "2", "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD,
        "-alias", ALIAS).inheritIO().start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Files.writeString(certificate(), "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(keys.getCertificate(ALIAS).getEncoded()) + "\n-----END CERTIFICATE-----\n");
    KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext("/", HttpsTest::accept);
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

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  private static Path certificate() {
    return folder.resolve("certificate.pem");
  }

  private static String url(String host) {
    return "https://" + host + ":" + server.getAddress().getPort();
  }

  @Test
  void anAuthorityOfOnesOwnIsTrusted() throws Exception {
    assertThat(generate(url("127.0.0.1"), certificate().toString())).isEqualTo(new Ended(0, "t\n", ""));
  }

  @Test
  void withoutItTheCertificateIsToldOfAtOnceAndWhatToDo() throws Exception {
    String line = "zimage: The certificate of " + url("127.0.0.1")
        + " is of an authority that is not trusted here (name the authority's PEM file in ZIMAGE_CA_CERTIFICATES)\n";

    assertThat(generate(url("127.0.0.1"), null)).isEqualTo(new Ended(3, "", line));
    assertThat(generate(url("127.0.0.1"), "")).isEqualTo(new Ended(3, "", line));
  }

  @Test
  void aCertificateForAnotherNameIsToldOfAtOnce() throws Exception {
    assertThat(generate(url("localhost"), certificate().toString())).isEqualTo(new Ended(3, "",
        "zimage: The certificate of " + url("localhost") + " is for another name: No name matching localhost found"
            + " (name the server as its certificate does, with --server or ZIMAGE_URL)\n"));
  }

  @Test
  void aFileThatIsNotThereIsNamedWithItsSetting() throws Exception {
    assertThat(generate(url("127.0.0.1"), "/nothing.pem")).isEqualTo(new Ended(2, "",
        "zimage: The authorities (of the command line: ZIMAGE_CA_CERTIFICATES) must be a readable file with certificates in PEM"
            + " (got /nothing.pem, which is not there)\n"));
  }

  /** On a server's machine the variable may name a file that only the server may read. */
  @Test
  void withoutHttpsTheFileIsNotRead() throws Exception {
    Ended ended = run("history", "http://127.0.0.1:1", "/nothing.pem");

    assertThat(ended.err()).startsWith("zimage: No answer of a Z-Image server from http://127.0.0.1:1: ");
  }

  private static Ended generate(String url, String authorities) throws Exception {
    return run("generate a --no-wait", url, authorities);
  }

  /** @param authorities ZIMAGE_CA_CERTIFICATES; null where it is not set */
  private static Ended run(String command, String url, String authorities) throws Exception {
    ProcessBuilder zimage = new ProcessBuilder(java("java"), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
        System.getProperty("java.class.path"), ZImageCommand.class.getName());
    zimage.command().addAll(List.of((command + " --server " + url).split(" ")));
    zimage.environment().remove("ZIMAGE_CA_CERTIFICATES");
    if (authorities != null) {
      zimage.environment().put("ZIMAGE_CA_CERTIFICATES", authorities);
    }
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    Process process = zimage.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as(() -> command + " ends").isTrue();
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }

  private static String java(String program) {
    return Path.of(System.getProperty("java.home"), "bin", program).toString();
  }
}

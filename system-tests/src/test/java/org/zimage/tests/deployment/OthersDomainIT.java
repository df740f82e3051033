package org.zimage.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.tests.caller.Api;
import org.zimage.tests.server.EncryptedServers;
import org.zimage.tests.server.PayaraDomain;

/**
 * Payara Server as a company has it: a domain that others made and use, whose administrator has a password of odd characters, with
 * HTTPS, and servers that are reached over TLS only.
 */
@Tag("deployment")
@TestMethodOrder(OrderAnnotation.class)
class OthersDomainIT {
  private static final String PASSWORD = "p\u00e4\\ss\"w$'%d#";
  private static final Duration LONGEST = Duration.ofMinutes(3);
  /**
   * Whatever changes by itself while a server runs; options, which have no order and are compared one by one; and what Payara writes
   * down itself when the first application needs it: its defaults, which are true without it.
   */
  private static final Pattern NO_SETTING = Pattern.compile("\\.last-|\\.timestamp|monitoring\\.|\\.jvm-options="
      + "|microprofile-openapi-configuration\\.(?!endpoint=server-)|\\.(ejb|mdb)-container\\.|concurrent/__default");

  @TempDir
  private static Path folder;
  private static EncryptedServers servers;
  private static PayaraDomain domain;
  private static Path passwords;
  private static List<String> settings;
  private static List<String> files;

  @BeforeAll
  static void start() throws Exception {
    domain = PayaraDomain.named("others");
    domain.destroy(); // left by a run that was killed
    servers = EncryptedServers.start(folder);
    makeTheirDomain();
    settings = settings();
    files = files();

    assertThat(install("--environment", environment().toString()))
        .contains("https://127.0.0.1:" + domain.httpsPort())
        // What others have to know
        .contains("iiop-service.iiop-listener.SSL.enabled=false", "jms-service.type=DISABLED");
  }

  private static void makeTheirDomain() throws Exception {
    passwords = Files.writeString(folder.resolve("passwords"),
        "AS_ADMIN_PASSWORD=p\\u00e4\\\\ss\"w$'%d#\nAS_ADMIN_MASTERPASSWORD=changeit\n");
    domain.asadmin("--user", "admin", "--passwordfile", passwords.toString(), "create-domain", "--nopassword=false",
        "--portbase", Integer.toString(domain.portBase()), domain.name());
    domain.asadmin("start-domain", domain.name());
    Path hello = folder.resolve("hello.war");
    try (ZipOutputStream war = new ZipOutputStream(Files.newOutputStream(hello))) {
      war.putNextEntry(new ZipEntry("index.html"));
      war.write("Hello".getBytes(StandardCharsets.UTF_8));
    }
    asadmin("deploy", "--contextroot", "hello", hello.toString());
  }

  /** As people write it: nothing in quotes that needs none, and a secret in a file of its own. */
  private static Path environment() throws Exception {
    Map<String, String> environment = new TreeMap<>(servers.settings());
    environment.put("API_ENABLE_AUTH", "false");
    environment.put("REDIS_URL_FILE", Files.writeString(folder.resolve("redis-url"), environment.remove("REDIS_URL")).toString());
    environment.put("ZIMAGE_HTTPS_CERTIFICATE", servers.authority().certificate().toString());
    environment.put("ZIMAGE_HTTPS_KEY", servers.authority().privateKey().toString());
    return Files.writeString(folder.resolve("zimage.env"), environment.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n").collect(Collectors.joining()));
  }

  @AfterAll
  static void remove() throws Exception {
    domain.destroy();
    if (servers != null) {
      servers.close();
    }
  }

  @Test
  @Order(1)
  void itsServersAreReachedOverTlsOnly() throws Exception {
    Api api = new Api("http://127.0.0.1:" + domain.httpPort(), null, null, null);
    await("the worker").atMost(LONGEST).ignoreExceptions().until(() -> api.get("/worker/health/ready").status() == 200);

    servers.assertReachedEncryptedOnly(api);
  }

  @Test
  @Order(2)
  void answersOverHttpsWithItsOwnCertificate() throws Exception {
    servers.assertHttps("127.0.0.1", domain.httpsPort());
    assertTheirApplicationAnswers();
  }

  @Test
  @Order(3)
  void anotherVersionKeepsHttpsAndTheLogQuiet() throws Exception {
    long logged = Files.size(domain.log());

    install();

    servers.assertHttps("127.0.0.1", domain.httpsPort());
    assertThat(Files.readString(domain.log()).substring((int) logged)).doesNotContain("[SEVERE]");
  }

  @Test
  @Order(4)
  void removingLeavesTheDomainAsItWas() throws Exception {
    domain.script("remove");

    assertThat(settings()).containsExactlyInAnyOrderElementsOf(settings);
    assertThat(files()).isEqualTo(files);
    assertTheirApplicationAnswers();
  }

  @Test
  @Order(5)
  void aWrongPasswordOfTheirAdministratorChangesNothingAndIsNotKept() throws Exception {
    String said = domain.failingScript(Map.of("ZIMAGE_ADMIN_PASSWORD", "wrong"), "install", "--environment", environment().toString());

    assertThat(said).contains("admin cannot be asked with ZIMAGE_ADMIN_PASSWORD");
    assertThat(files()).isEqualTo(files);
    assertTheirApplicationAnswers();
  }

  private static void assertTheirApplicationAnswers() {
    Api theirs = new Api("http://127.0.0.1:" + domain.httpPort(), null, null, null);
    await("their application").atMost(LONGEST).ignoreExceptions()
        .until(() -> theirs.get("/hello/index.html").body().equals("Hello"));
  }

  private static String install(String... options) throws Exception {
    return domain.script(Map.of("ZIMAGE_ADMIN_PASSWORD", PASSWORD), "install", options);
  }

  /** Those that Payara shows, and the options of its Java. */
  private static List<String> settings() throws Exception {
    return Stream.concat(asadmin("get", "*").lines().filter(line -> !NO_SETTING.matcher(line).find()),
        asadmin("list-jvm-options").lines()).toList();
  }

  private static List<String> files() throws IOException {
    try (Stream<Path> config = Files.list(domain.folder().resolve("config"));
        Stream<Path> libraries = Files.list(domain.folder().resolve("lib"));
        Stream<Path> all = Files.list(domain.folder())) {
      // A dot begins the name of Payara's own notes about its processes
      return Stream.of(config, libraries, all).flatMap(files -> files).filter(file -> !file.getFileName().toString().startsWith("."))
          .map(Path::toString).sorted().toList();
    }
  }

  private static String asadmin(String... words) throws Exception {
    return domain.asadmin(Stream.concat(Stream.of("--user", "admin", "--passwordfile", passwords.toString(), "--port",
        Integer.toString(domain.portBase() + 48)), Stream.of(words)).toArray(String[]::new));
  }
}

package org.zimage.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.TagFilter.excludeTags;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The EAR on Payara Server, in a domain that the script makes and takes away again. */
@Tag("deployment")
@TestMethodOrder(OrderAnnotation.class)
class PayaraServerIT {
  private static final int REDEPLOYMENTS = Load.of(5, 10);
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final String PICTURE =
      "{\"prompt\":\"a hill\",\"width\":256,\"height\":256,\"num_inference_steps\":8}";
  /** A line of a generation: all of it, and what is used, in KiB. */
  private static final Pattern HEAP = Pattern.compile("(?:heap|generation)\\s+total (\\d+)K, used (\\d+)K");
  private static final Pattern LISTENER =
      Pattern.compile("^\\S*LISTEN\\s+\\d+\\s+\\d+\\s+(\\S+):\\d+\\s", Pattern.MULTILINE);

  private static final Pattern ABOVE_INFO = Pattern.compile("^\\[[^]]*] \\[[^]]*] \\[(?:WARNING|SEVERE|ALERT|EMERGENCY)]");

  private static Path payara;
  private static Path settings;
  private static RunningSystem backends;
  private static int portBase;
  private static Api api;

  @BeforeAll
  static void install() throws Exception {
    payara = Path.of(System.getProperty("zimage.payara")).toAbsolutePath();
    if (Files.exists(domainFolder())) {
      domain("remove"); // left by a run that was killed
    }
    backends = RunningSystem.startBackends();
    settings = backends.folder("zimage.env");
    Files.copy(backends.backends(), settings, StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(settings, Files.readString(settings) + """
        ZIMAGE_HOST=127.0.0.1
        API_ENABLE_AUTH=true
        API_ADMIN_KEY=admin-key
        API_ALLOWED_KEYS=client-key-1,client-key-2
        ENVIRONMENT=test
        ZIMAGE_WEBHOOK_HOSTS=127.0.0.1
        ZIMAGE_WEBHOOK_PRIVATE_ADDRESSES=true
        ZIMAGE_WEBHOOK_SECRET=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz
        """);
    portBase = freePortBase();
    domain("install", "--portbase", Integer.toString(portBase), "--environment", settings.toString());
    api = new Api("http://127.0.0.1:" + (portBase + 80), "client-key-1", "client-key-2", "admin-key");
    awaitReady();
  }

  private static int freePortBase() throws IOException {
    for (int base = 20_000; base < 30_000; base += 100) {
      try (ServerSocket http = new ServerSocket(base + 80); ServerSocket administration = new ServerSocket(base + 48)) {
        return base;
      } catch (IOException taken) {
        continue;
      }
    }
    throw new IOException("No free ports");
  }

  @AfterAll
  static void remove() throws Exception {
    try {
      if (domainFolder().toFile().exists()) {
        domain("remove");
      }
    } finally {
      if (backends != null) {
        backends.close();
      }
    }
  }

  @Test
  @Order(1)
  void onlyHttpAndAdministrationListenAndOnlyOnThisMachine() throws Exception {
    long pid = pid();
    String sockets = output(new ProcessBuilder("ss", "-tlnp"));

    List<String> addresses = sockets.lines().filter(line -> line.contains("pid=" + pid + ",")).map(line -> {
      Matcher listener = LISTENER.matcher(line);
      return listener.find() ? listener.group(1) : line;
    }).toList();

    assertThat(addresses).hasSize(2).allSatisfy(address -> assertThat(address).contains("127.0.0.1"));
  }

  @Test
  @Order(2)
  void theSystemTestsPassUnchanged() {
    System.setProperty("zimage.baseUrl", api.url());
    System.setProperty("zimage.broker", backends.broker());
    System.setProperty("zimage.brokerPassword", backends.brokerPassword());
    try {
      SummaryGeneratingListener summary = new SummaryGeneratingListener();
      LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request()
          .selectors(selectPackage(PayaraServerIT.class.getPackageName()))
          .filters(includeClassNamePatterns(".*IT"), excludeTags("deployment")).build(), summary);
      List<String> failures = summary.getSummary().getFailures().stream().map(PayaraServerIT::describe).toList();
      System.out.println("System tests on Payara Server: " + summary.getSummary().getTestsSucceededCount() + " passed, "
          + summary.getSummary().getTestsFailedCount() + " failed, " + summary.getSummary().getTestsSkippedCount()
          + " skipped");
      assertThat(failures).isEmpty();
      assertThat(summary.getSummary().getTestsSucceededCount()).isGreaterThan(150);
    } finally {
      System.clearProperty("zimage.baseUrl");
      System.clearProperty("zimage.broker");
      System.clearProperty("zimage.brokerPassword");
    }
  }

  private static String describe(TestExecutionSummary.Failure failure) {
    return failure.getTestIdentifier().getUniqueId() + ": " + failure.getException();
  }

  @Test
  @Order(3)
  void installingAgainKeepsEverything() throws Exception {
    String password = Files.readString(domainFolder().resolve("config/zimage-admin-password"));
    String task = api.generate(PICTURE);

    domain("install");

    awaitReady();
    api.awaitResult(task);
    assertThat(domainFolder().resolve("config/zimage-admin-password")).hasContent(password);
  }

  @Test
  @Order(4)
  void redeployingWhileTasksRunLosesNothingAndKeepsNoOldApplication() throws Exception {
    List<String> tasks = new ArrayList<>();
    for (int i = 0; i < REDEPLOYMENTS; i++) {
      tasks.addAll(IntStream.range(0, 5).mapToObj(n -> api.generate(PICTURE)).toList());
      api.watch(tasks.get(tasks.size() - 5), status -> !status.getString("status").equals("PENDING"));
      domain("deploy");
      awaitReady();
      System.out.println("After redeployment " + (i + 1) + ": " + applications() + " class loaders, " + memory());
    }

    tasks.forEach(api::awaitResult);
    // One may stay behind in each of the two pooled connections to the broker, another in the Java runtime's cache of how
    // records are compared: never one for each redeployment.
    assertThat(applications()).as("class loaders of the application").isLessThanOrEqualTo(4);
  }

  @Test
  @Order(5)
  void whoeverAsksForPicturesWhileTheServerRestartsGetsThem(@TempDir Path pictures) throws Exception {
    Broker broker = new Broker(backends.broker(), backends.brokerPassword());
    long before = Files.size(log());
    try (SteadyCallers callers = new SteadyCallers(api, broker, pictures)) {
      callers.start(20);
      Awaitility.await("the first pictures").atMost(LONGEST).until(() -> callers.least() >= 3);

      domain("restart");
      int drawn = callers.awaitAll();

      System.out.println("Pictures while Payara Server restarts: " + callers);
      assertThat(callers.failures()).isEmpty();
      assertThat(drawn).isEqualTo(60);
    }
    assertThat(aboveInfo(before)).as("what an administrator has to look into").isEmpty();
  }

  /** The log's entries from there on that say more than that something happened, without their stack traces. */
  private static List<String> aboveInfo(long from) throws IOException {
    String written = new String(Files.readAllBytes(log()), (int) from, (int) (Files.size(log()) - from), StandardCharsets.UTF_8);
    return Stream.of(written.split("\\n(?=\\[\\d{4}-)")).filter(entry -> ABOVE_INFO.matcher(entry).find())
        .map(entry -> entry.lines().limit(2).collect(Collectors.joining(" "))).toList();
  }

  private static Path log() {
    return domainFolder().resolve("logs/server.log");
  }

  @Test
  @Order(6)
  void startingARunningDomainChangesNothing() throws Exception {
    long pid = pid();

    domain("start");

    assertThat(pid()).isEqualTo(pid);
    assertThat(api.get("/health/ready").status()).isEqualTo(200);
  }

  @Test
  @Order(7)
  void aDomainWhoseFileOfItsProcessIsLostIsStoppedAllTheSame() throws Exception {
    long pid = pid();
    Files.delete(domainFolder().resolve("config/pid"));
    Files.deleteIfExists(domainFolder().resolve("config/local-password"));

    domain("stop");

    assertThat(ProcessHandle.of(pid)).isEmpty();
    domain("start");
    awaitReady();
  }

  @Test
  @Order(8)
  void removingLeavesNoDomain() throws Exception {
    Path folder = domainFolder();
    long pid = pid();

    domain("remove");

    assertThat(folder).doesNotExist();
    assertThat(ProcessHandle.of(pid)).isEmpty();
  }

  private static long applications() throws Exception {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    output(new ProcessBuilder(jcmd, Long.toString(pid()), "GC.run"));
    return output(new ProcessBuilder(jcmd, Long.toString(pid()), "VM.classloader_stats")).lines()
        .filter(line -> line.endsWith(".EarClassLoader")).count();
  }

  /** After a collection, which {@link #applications} has made. */
  private static String memory() throws Exception {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    long committed = 0;
    long used = 0;
    Matcher generation = HEAP.matcher(output(new ProcessBuilder(jcmd, Long.toString(pid()), "GC.heap_info")));
    while (generation.find()) {
      committed += Long.parseLong(generation.group(1));
      used += Long.parseLong(generation.group(2));
    }
    return residentMegabytes() + " MB resident, of it at most " + (committed >> 10) + " MB heap (" + (used >> 10)
        + " MB used)";
  }

  private static long residentMegabytes() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
      return lines.filter(line -> line.startsWith("VmRSS")).map(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow() >> 10;
    }
  }

  private static Path domainFolder() {
    return payara.resolve("glassfish/domains/zimage");
  }

  private static long pid() throws IOException {
    return Long.parseLong(Files.readString(domainFolder().resolve("config/pid")).trim());
  }

  private static void awaitReady() {
    Awaitility.await("the worker").atMost(LONGEST).ignoreExceptions()
        .until(() -> api.get("/worker/health/ready").status() == 200 && api.get("/health/ready").status() == 200);
  }

  private static void domain(String command, String... options) throws Exception {
    List<String> line = new ArrayList<>(List.of(
        Path.of(System.getProperty("zimage.distribution"), "payara-server/zimage-domain").toAbsolutePath().normalize()
            .toString(),
        command, payara.toString()));
    line.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    System.out.println(output(builder));
  }

  private static String output(ProcessBuilder builder) throws Exception {
    Path file = Files.createTempFile("zimage-domain-", ".log");
    try {
      // A file, since the server that a command starts would hold a pipe open
      Process process = builder.redirectErrorStream(true).redirectOutput(file.toFile()).start();
      assertThat(process.waitFor(8, TimeUnit.MINUTES)).as("%s ends", builder.command()).isTrue();
      String text = Files.readString(file);
      assertThat(process.exitValue()).as("%s: %s", builder.command(), text).isZero();
      return text;
    } finally {
      Files.delete(file);
    }
  }
}

package org.zimage.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.TagFilter.excludeTags;

import jakarta.jms.JMSContext;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
import org.zimage.tests.caller.Api;
import org.zimage.tests.caller.Broker;
import org.zimage.tests.caller.Load;
import org.zimage.tests.caller.PngFile;
import org.zimage.tests.caller.SteadyCallers;
import org.zimage.tests.server.PayaraDomain;
import org.zimage.tests.system.ModelCommand;
import org.zimage.tests.system.Node;
import org.zimage.tests.system.RunningSystem;

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

  private static PayaraDomain domain;
  private static Path settings;
  private static RunningSystem backends;
  private static Api api;

  @BeforeAll
  static void install() throws Exception {
    domain = PayaraDomain.named("zimage");
    if (Files.exists(domain.folder())) {
      domain.script("remove"); // left by a run that was killed
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
    domain.script("install", "--portbase", Integer.toString(domain.portBase()), "--environment", settings.toString());
    api = new Api("http://127.0.0.1:" + domain.httpPort(), "client-key-1", "client-key-2", "admin-key");
    awaitReady();
  }

  @AfterAll
  static void remove() throws Exception {
    try {
      if (domain.folder().toFile().exists()) {
        domain.script("remove");
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
    long pid = domain.pid();
    String sockets = PayaraDomain.output(new ProcessBuilder("ss", "-tlnp"));

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
          .selectors(selectPackage("org.zimage.tests"))
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
    String password = Files.readString(domain.folder().resolve("config/zimage-admin-password"));
    String task = api.generate(PICTURE);

    domain.script("install");

    awaitReady();
    api.awaitResult(task);
    assertThat(domain.folder().resolve("config/zimage-admin-password")).hasContent(password);
  }

  @Test
  @Order(4)
  void redeployingWhileTasksRunLosesNothingAndKeepsNoOldApplication() throws Exception {
    List<String> tasks = new ArrayList<>();
    for (int i = 0; i < REDEPLOYMENTS; i++) {
      tasks.addAll(IntStream.range(0, 5).mapToObj(n -> api.generate(PICTURE)).toList());
      api.watch(tasks.get(tasks.size() - 5), status -> !status.getString("status").equals("PENDING"));
      domain.script("deploy");
      awaitReady();
      System.out.println("After redeployment " + (i + 1) + ": " + applications() + " class loaders, " + memory());
    }

    tasks.forEach(api::awaitResult);
    // One may stay behind in each of the two pooled connections to the broker, another in the Java runtime's cache of how
    // records are compared: never one for each redeployment, as when the adapter kept listeners.
    assertThat(applications()).as("class loaders of the application").isLessThanOrEqualTo(4);
  }

  @Test
  @Order(5)
  void whoeverAsksForPicturesWhileTheServerRestartsGetsThem(@TempDir Path pictures) throws Exception {
    Broker broker = new Broker(backends.broker(), backends.brokerPassword());
    long before = Files.size(domain.log());
    try (SteadyCallers callers = new SteadyCallers(api, broker, pictures)) {
      callers.start(20);
      Awaitility.await("the first pictures").atMost(LONGEST).until(() -> callers.least() >= 3);

      domain.script("restart");
      int drawn = callers.awaitAll();

      System.out.println("Pictures while Payara Server restarts: " + callers);
      assertThat(callers.failures()).isEmpty();
      assertThat(drawn).isEqualTo(60);
    }
    assertThat(aboveInfo(before)).as("what an administrator has to look into").isEmpty();
  }

  /** The log's entries from there on that say more than that something happened, without their stack traces. */
  private static List<String> aboveInfo(long from) throws IOException {
    String written = new String(Files.readAllBytes(domain.log()), (int) from, (int) (Files.size(domain.log()) - from), StandardCharsets.UTF_8);
    return Stream.of(written.split("\\n(?=\\[\\d{4}-)")).filter(entry -> ABOVE_INFO.matcher(entry).find())
        .map(entry -> entry.lines().limit(2).collect(Collectors.joining(" "))).toList();
  }


  /** Half of the messages name no model, as those of an earlier version might, so that many reach the wrong worker. */
  @Test
  @Order(6)
  void ofTwoModelsEachWorkerDrawsItsOwnAndAWrongOneLosesNothing(@TempDir Path models) throws Exception {
    Map<String, String> other = new TreeMap<>(backends.addresses());
    other.put("ZIMAGE_MODEL_DIR", ModelCommand.exportNano(models, "other").toString());
    Broker broker = new Broker(backends.broker(), backends.brokerPassword());
    try (Node node = Node.start("worker", backends.folder("."), other); JMSContext context = broker.connectAsNode()) {
      node.awaitReady("/worker/health/ready");
      Awaitility.await("both models").atMost(LONGEST)
          .until(() -> api.get("/v1/models").json().getJsonArray("data").size() == 2);
      Map<String, String> wanted = new LinkedHashMap<>();
      for (int i = 0; i < 40; i++) {
        String model = i % 2 == 0 ? "z-image-nano" : "other";
        String task = api.generate(PICTURE.replace("}", ",\"model\":\"" + model + "\"}"));
        wanted.put(task, model);
        context.createProducer().setPriority(9).send(context.createQueue("zimage.generate"), task);
      }

      for (Map.Entry<String, String> task : wanted.entrySet()) {
        JsonObject result = api.awaitResult(task.getKey());
        assertThat(result.getString("model")).isEqualTo(task.getValue());
        byte[] png = api.get("/generated-images/" + result.getString("relative_path")).bytes();
        assertThat(PngFile.texts(png).get("model")).startsWith(task.getValue() + " f32");
      }
      assertThat(Files.readString(domain.log())).contains("wants the model other and goes back to its queue");
    }
  }

  @Test
  @Order(7)
  void startingARunningDomainChangesNothing() throws Exception {
    long pid = domain.pid();

    domain.script("start");

    assertThat(domain.pid()).isEqualTo(pid);
    assertThat(api.get("/health/ready").status()).isEqualTo(200);
  }

  @Test
  @Order(8)
  void wrongSettingsChangeNothing(@TempDir Path wrong) throws Exception {
    Path kept = domain.folder().resolve("config/zimage.env");
    String before = Files.readString(kept);
    long pid = domain.pid();
    String withoutKey = before + "ZIMAGE_HTTPS_CERTIFICATE=" + kept + "\nZIMAGE_HTTPS_KEY=" + wrong.resolve("missing.pem") + "\n";
    Path environment = Files.writeString(wrong.resolve("zimage.env"), withoutKey);

    assertThat(domain.failingScript("install", "--environment", environment.toString()))
        .contains("ZIMAGE_HTTPS_KEY=" + wrong.resolve("missing.pem") + " does not exist")
        .contains(environment + " cannot be used");
    // Only the applications know what its values are
    Files.writeString(environment, before + "API_RATE_LIMIT=many\n");
    assertThat(domain.failingScript("install", "--environment", environment.toString())).contains("API_RATE_LIMIT must be");
    assertThat(kept).hasContent(before);
    try {
      Files.writeString(kept, withoutKey);
      assertThat(domain.failingScript("restart")).contains(kept + " cannot be used");
    } finally {
      Files.writeString(kept, before);
    }

    assertThat(domain.pid()).isEqualTo(pid);
    assertThat(isRunning(pid)).isTrue();
    assertThat(api.get("/health/ready").status()).isEqualTo(200);
  }

  /** As after an install that broke off. */
  @Test
  @Order(9)
  void aDisabledApplicationComesBack() throws Exception {
    for (String command : List.of("deploy", "restart")) {
      domain.script("asadmin", "--", "disable", "zimage");
      assertThat(domain.failingScript("start")).contains("Z-Image is disabled in the domain zimage: restart it");

      domain.script(command);

      awaitReady();
    }
  }

  @Test
  @Order(10)
  void aDomainWhoseFileOfItsProcessIsLostIsStoppedAllTheSame() throws Exception {
    long pid = domain.pid();
    Files.delete(domain.folder().resolve("config/pid"));
    Files.deleteIfExists(domain.folder().resolve("config/local-password"));

    domain.script("stop");

    assertThat(isRunning(pid)).isFalse();
    domain.script("start");
    awaitReady();
  }

  @Test
  @Order(11)
  void removingLeavesNoDomain() throws Exception {
    Path folder = domain.folder();
    long pid = domain.pid();

    domain.script("remove");

    assertThat(folder).doesNotExist();
    assertThat(isRunning(pid)).isFalse();
  }

  private static long applications() throws Exception {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    PayaraDomain.output(new ProcessBuilder(jcmd, Long.toString(domain.pid()), "GC.run"));
    return PayaraDomain.output(new ProcessBuilder(jcmd, Long.toString(domain.pid()), "VM.classloader_stats")).lines()
        .filter(line -> line.endsWith(".EarClassLoader")).count();
  }

  /** After a collection, which {@link #applications} has made. */
  private static String memory() throws Exception {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    long committed = 0;
    long used = 0;
    Matcher generation = HEAP.matcher(PayaraDomain.output(new ProcessBuilder(jcmd, Long.toString(domain.pid()), "GC.heap_info")));
    while (generation.find()) {
      committed += Long.parseLong(generation.group(1));
      used += Long.parseLong(generation.group(2));
    }
    return residentMegabytes() + " MB resident, of it at most " + (committed >> 10) + " MB heap (" + (used >> 10)
        + " MB used)";
  }

  private static long residentMegabytes() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + domain.pid() + "/status"))) {
      return lines.filter(line -> line.startsWith("VmRSS")).map(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow() >> 10;
    }
  }

  private static void awaitReady() {
    Awaitility.await("the worker").atMost(LONGEST).ignoreExceptions()
        .until(() -> api.get("/worker/health/ready").status() == 200 && api.get("/health/ready").status() == 200);
  }

  /** A process that has ended, and that its parent has not waited for yet, is still listed; its state is Z. */
  private static boolean isRunning(long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try {
      return Files.readAllLines(status).stream().noneMatch(line -> line.matches("State:\\s+Z.*"));
    } catch (NoSuchFileException gone) {
      return false;
    }
  }
}

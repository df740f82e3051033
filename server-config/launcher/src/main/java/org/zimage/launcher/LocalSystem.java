package org.zimage.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.zimage.launcher.address.BrokerUrl;
import org.zimage.launcher.address.Ports;
import org.zimage.launcher.address.ServerAddress;
import org.zimage.launcher.artemis.Broker;
import org.zimage.launcher.artemis.BrokerAccounts;
import org.zimage.launcher.error.LauncherException;
import org.zimage.launcher.home.Folders;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.home.OrphanedServers;
import org.zimage.launcher.home.RunState;
import org.zimage.launcher.payara.ClassArchive;
import org.zimage.launcher.payara.PayaraMicro;
import org.zimage.launcher.payara.Readiness;
import org.zimage.launcher.payara.UnpackedServer;
import org.zimage.launcher.payara.WatchedNode;
import org.zimage.launcher.postgresql.PostgreSql;
import org.zimage.launcher.process.ConsoleProgress;
import org.zimage.launcher.process.ServerProcess;
import org.zimage.launcher.process.WatchedServer;
import org.zimage.launcher.product.Distribution;
import org.zimage.launcher.product.NanoLoras;
import org.zimage.launcher.product.NanoModel;
import org.zimage.launcher.product.ModelFolders;
import org.zimage.launcher.redis.Redis;
import org.zimage.launcher.settings.Backends;
import org.zimage.launcher.settings.LauncherSettings;
import org.zimage.pipeline.memory.FreeMemory;

/**
 * All servers of one home. They are started together and watched; each is stopped after those that need it. Thread-safe: {@link
 * #stop} may be called at any moment.
 */
final class LocalSystem {
  private final Distribution distribution;
  private final Map<String, String> environment;
  private final LauncherSettings settings;
  private final Home home;
  private final RunState state;
  private final ConsoleProgress progress;
  private final CountDownLatch stopped = new CountDownLatch(1);
  /** The first has the web application and a worker, each other one a worker with a model of its own. */
  private final List<WatchedNode> nodes = new CopyOnWriteArrayList<>();

  private FileLock lock;
  private Broker broker;
  private WatchedServer postgresql;
  private WatchedServer redis;
  private UnpackedServer server;
  private ClassArchive classes;
  /** Null while there is one model, which its worker looks at. */
  private ModelFolders models;
  /** The database, Redis and the broker, until each runs or has failed. */
  private final List<CompletableFuture<?>> starting = new CopyOnWriteArrayList<>();
  private boolean stopping;

  /** @param environment all that is set, with the secrets out of their files */
  LocalSystem(Distribution distribution, Map<String, String> environment, ConsoleProgress progress) {
    this.distribution = distribution;
    this.environment = environment;
    this.settings = LauncherSettings.of(environment);
    this.progress = progress;
    this.home = Home.prepare(settings.home());
    this.state = RunState.startingIn(home);
  }

  RunningAt start() throws Exception {
    settings.httpsWarnings().forEach(progress::say);
    takeHome();
    int port = Ports.free(settings.httpHost(), settings.port(), "ZIMAGE_PORT", "HTTP");
    int httpsPort = settings.freeHttpsPort();
    startServers(port, httpsPort);
    String url = "http://" + Ports.hostInUrl(settings.httpHost()) + ":" + port;
    awaitReady(url);
    classes.makeInBackground(home);
    RunningAt address = new RunningAt(url, settings.https() == null ? 0 : httpsPort);
    state.ready(address.url(), address.httpsPort());
    return address;
  }

  private void awaitReady(String url) throws Exception {
    Readiness first = readiness(nodes.get(0), url);
    progress.run("Payara Micro and the web application", first::awaitWeb);
    progress.run(models == null ? "The worker and its model" : "Worker 1 with " + models.defaultName(), first::awaitWorker);
    for (int i = 1; i < nodes.size(); i++) {
      WatchedNode node = nodes.get(i);
      progress.run(node.title(), readiness(node, "http://127.0.0.1:" + state.port(node.name()))::awaitWorker);
    }
  }

  private Readiness readiness(WatchedNode node, String url) {
    return new Readiness(URI.create(url), node::isAlive, home.log(node.name()), progress::say);
  }

  /** Locks the home: two launchers would run two servers on the same data. */
  private void takeHome() throws IOException {
    FileChannel channel = FileChannel.open(home.run().resolve("lock"), StandardOpenOption.CREATE,
        StandardOpenOption.WRITE);
    lock = channel.tryLock();
    if (lock == null) {
      throw new LauncherException("Z-Image is already running in " + home.root()
          + ": stop it with './zimage down', or set ZIMAGE_HOME and ZIMAGE_PORT for a second one");
    }
    RunState.read(home.root()).ifPresent(left -> OrphanedServers.stop(left, home.root()));
    PostgreSql.stopOrphan(home);
    home.rotateLogs();
    Folders.delete(home.temporary());
    Files.createDirectories(home.temporary());
    // Libraries do not remove what they unpack. The next start empties this folder.
    System.setProperty("java.io.tmpdir", home.temporary().toString());
  }

  /**
   * Starts all servers at once. The applications wait for the database and do without Redis and the broker for as long as it takes.
   * Only the model must be there before.
   */
  private void startServers(int port, int httpsPort) throws Exception {
    lookAtModels();
    Backends backends = backends();
    startInBackground(backends);
    Map<String, String> variables = backends.environment();
    variables.put("ZIMAGE_MODEL_DIR", models == null ? exportModel().toString() : models.models().get(0).folder().toString());
    variables.put("ZIMAGE_HOST", settings.host());
    variables.put("ZIMAGE_HTTPS_PORT", Integer.toString(httpsPort));
    variables.put("ZIMAGE_OUTPUT_DIR", pictures());
    variables.put("ZIMAGE_LORA_DIR", loras());
    variables.put("ZIMAGE_LORA_CACHE", environment.getOrDefault("ZIMAGE_LORA_CACHE", home.loraCache().toString()));
    // Open to this machine only, so it starts without keys; a server that others reach sets API_ENABLE_AUTH=true.
    variables.put("API_ENABLE_AUTH", environment.getOrDefault("API_ENABLE_AUTH", "false"));
    synchronized (this) {
      if (stopping) {
        throw new LauncherException("Stopped while starting");
      }
      server = UnpackedServer.of(distribution, home);
      classes = new ClassArchive(distribution, home, PayaraMicro.classPath(server, distribution));
      startNodes(port, variables);
    }
    awaitStarted();
  }

  /** Several models are looked at before anything is started: whether they can be told apart, and fit into the memory. */
  private void lookAtModels() throws IOException {
    if (settings.modelFolders().size() > 1) {
      models = ModelFolders.in(settings.modelFolders());
      progress.say("  " + models.need());
      if (!distribution.drawsOnGpu()) { // where the weights lie in its own memory
        models.requireMemory(FreeMemory.HERE.bytes());
      }
    }
  }

  /**
   * Starts the database, Redis and the broker, and exports the model, for applications on other servers.
   *
   * @return a file with the addresses, as variables that those applications' own start reads
   */
  Path startBackends() throws Exception {
    takeHome();
    Backends backends = backends();
    startInBackground(backends);
    Map<String, String> variables = backends.addresses();
    variables.put("ZIMAGE_MODEL_DIR", exportModel().toString());
    variables.put("ZIMAGE_OUTPUT_DIR", pictures());
    variables.put("ZIMAGE_LORA_DIR", loras());
    variables.put("ZIMAGE_LORA_CACHE", environment.getOrDefault("ZIMAGE_LORA_CACHE", home.loraCache().toString()));
    awaitStarted();
    return state.backends(variables);
  }

  /** The addresses of the servers, running or about to run. */
  private Backends backends() throws IOException {
    return new Backends(
        settings.databaseUrl() != null ? settings.databaseUrl() : PostgreSql.url(home, Ports.kept(home.postgresql().resolve("port"))),
        settings.redisUrl() != null ? settings.redisUrl() : Redis.url(home, Ports.kept(home.redis().resolve("port"))).toString(),
        settings.artemisUrl() != null ? settings.artemisUrl() : ownArtemis());
  }

  private synchronized void startInBackground(Backends backends) throws IOException {
    Path redisProgram = settings.redisUrl() == null ? Redis.unpack(home) : null;
    if (settings.databaseUrl() == null) {
      int port = backends.database().hosts().get(0).port();
      postgresql = watched("PostgreSQL", port, () -> PostgreSql.start(home, port));
      starting.add(inBackground(postgresql::start));
    }
    if (settings.redisUrl() == null) {
      int port = ServerAddress.parse(backends.redis()).hosts().get(0).port();
      redis = watched("Redis", port, () -> Redis.start(home, redisProgram, port));
      starting.add(inBackground(redis::start));
    }
    if (settings.artemisUrl() == null) {
      starting.add(inBackground(() -> startBroker(backends.broker().port())));
    }
  }

  private WatchedServer watched(String name, int port, Callable<ServerProcess> start) {
    state.port(name.toLowerCase(Locale.ROOT), port);
    return new WatchedServer(name, start, home, state, progress, this::isStopping);
  }

  private void awaitStarted() throws Exception {
    try {
      starting.forEach(CompletableFuture::join);
    } catch (CompletionException failure) {
      throw failure.getCause() instanceof Exception cause ? cause : failure;
    }
  }

  private BrokerUrl ownArtemis() throws IOException {
    BrokerAccounts.require(settings);
    String host = settings.artemisHost();
    int port = Ports.free(host, settings.artemisPort(), "ZIMAGE_ARTEMIS_PORT", "the Artemis broker");
    return BrokerUrl.at(Ports.reachedAt(host), port, LauncherSettings.NODES_ACCOUNT, BrokerAccounts.nodesPassword(home));
  }

  private String pictures() {
    return environment.getOrDefault("ZIMAGE_OUTPUT_DIR", home.pictures().toString());
  }

  /** Work that may fail. */
  private interface Work {
    void run() throws Exception;
  }

  private static CompletableFuture<?> inBackground(Work work) {
    return CompletableFuture.runAsync(() -> {
      try {
        work.run();
      } catch (Exception cause) {
        throw new CompletionException(cause);
      }
    }, task -> new Thread(task, "starting").start());
  }

  private void startBroker(int port) throws Exception {
    Broker started = progress.run("Artemis", () -> Broker.start(home, settings, port));
    synchronized (this) {
      broker = started;
    }
    state.port("artemis", port);
  }

  private Path exportModel() throws Exception {
    if (settings.modelFolder() != null) {
      return settings.modelFolder();
    }
    return progress.run("z-image-nano as SavedModels", () -> NanoModel.exported(distribution, home));
  }

  /** The folder of adapters. z-image-nano has some of its own. */
  private String loras() throws IOException {
    if (environment.containsKey("ZIMAGE_LORA_DIR")) {
      return environment.get("ZIMAGE_LORA_DIR");
    }
    if (settings.modelFolders().isEmpty()) {
      NanoLoras.offer(distribution, home);
    }
    return home.loras().toString();
  }

  private void startNodes(int port, Map<String, String> variables) throws IOException {
    if (models != null) {
      variables.put("ZIMAGE_DEFAULT_MODEL", environment.getOrDefault("ZIMAGE_DEFAULT_MODEL", models.defaultName()));
    }
    // Only the first lists the classes for their archive, into one file
    PayaraMicro.Node first = new PayaraMicro.Node("payara", PayaraMicro.Applications.BOTH, port);
    start("Payara Micro", () -> PayaraMicro.start(distribution, server, classes.options(), settings, first, environment, variables),
        first, this::stopInBackground);
    for (int i = 1; models != null && i < models.models().size(); i++) {
      startWorker(i + 1, models.models().get(i), variables);
    }
  }

  /** A worker that keeps ending leaves the others at work. */
  private void startWorker(int number, ModelFolders.ModelFolder model, Map<String, String> shared) throws IOException {
    PayaraMicro.Node node =
        new PayaraMicro.Node("worker-" + number, PayaraMicro.Applications.WORKER, Ports.anyFree());
    Map<String, String> variables = new TreeMap<>(shared);
    variables.put("ZIMAGE_MODEL_DIR", model.folder().toString());
    // Its probes are for this machine only
    variables.putAll(Map.of("ZIMAGE_HOST", "127.0.0.1", "ZIMAGE_HTTP_HOST", "127.0.0.1", "ZIMAGE_HTTPS", "false"));
    state.model(node.name(), model.name());
    state.port(node.name(), node.port());
    start("Worker " + number + " with " + model.name(), () -> PayaraMicro.start(distribution, server, classes.optionsOfUse(), settings,
        node, environment, variables), node, () -> { });
  }

  private void start(String title, WatchedNode.Start start, PayaraMicro.Node node, Runnable whenGivenUp) throws IOException {
    WatchedNode watched = new WatchedNode(node.name(), title, start, home, state, progress, whenGivenUp);
    nodes.add(watched);
    watched.start();
  }

  /** Stops everything in a thread of its own, for signal handlers and for threads that watch a process. */
  void stopInBackground() {
    new Thread(() -> {
      if (beginsStopping()) {
        closeAll();
        stopped.countDown();
      }
    }, "stopping").start();
  }

  /** Stops everything, each server after those that need it. Returns when nothing runs any more, whoever has begun it. */
  void stop() throws InterruptedException {
    stopInBackground();
    awaitStop();
  }

  private synchronized boolean beginsStopping() {
    boolean first = !stopping;
    stopping = true;
    return first;
  }

  /** Whether the system is stopping, so that a failure from now on is no fault. */
  synchronized boolean isStopping() {
    return stopping;
  }

  private void closeAll() {
    close("Archiving the server's classes", classes);
    closeNodes();
    // One that is about to run would be left behind, on the data of the next start
    starting.forEach(server -> server.handle((started, failure) -> started).join());
    close("Artemis", broker);
    close("Redis", redis);
    close("PostgreSQL", postgresql);
    if (lock != null) {
      state.delete();
      close("the lock on " + home.root(), lock.acquiredBy());
    }
  }

  /** All at once: each may need its time for the tasks that it has. */
  private void closeNodes() {
    nodes.stream().map(node -> inBackground(() -> close(node.title(), node))).toList().forEach(CompletableFuture::join);
  }

  private void close(String name, AutoCloseable server) {
    if (server != null) {
      try {
        server.close();
      } catch (Exception cause) {
        progress.say(name + " did not stop cleanly: " + cause);
      }
    }
  }

  void awaitStop() throws InterruptedException {
    stopped.await();
  }
}

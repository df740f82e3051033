package org.zimage.launcher.payara;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.product.Distribution;
import org.zimage.launcher.product.Java;
import org.zimage.launcher.settings.HttpsCertificate;
import org.zimage.launcher.settings.LauncherSettings;

/** Payara Micro with both applications, as a process of its own. {@code LocalSystem} owns and closes it. */
public final class PayaraMicro implements AutoCloseable {
  /** The key store's name in the folder of a node. */
  public static final String HTTPS_STORE = "https.p12";

  /**
   * The web application takes up to 14 s to end its answers and messages, then the worker up to 30 s to hand its tasks back and to store
   * finished pictures. A process that takes longer is killed; its tasks are tried again when their leases have run out.
   */
  private static final long STOP_TIMEOUT_SECONDS = 45;

  /** The applications of a node: the one it deploys before it listens, and the file of commands that it runs then. */
  public enum Applications {
    WEB("web-module.war", "post-deploy.txt"),
    WORKER("worker-mdb.war", "post-deploy.txt"),
    /** The web application answers while the worker is deployed, which takes seconds. */
    BOTH("web-module.war", "post-deploy-worker.txt");

    private final String first;
    private final String then;

    Applications(String first, String then) {
      this.first = first;
      this.then = then;
    }
  }

  private final Process process;

  private PayaraMicro(Process process) {
    this.process = process;
  }

  /**
   * The class path of a node: first the libraries that the applications use, then the server's three hundred. The order saves time,
   * because a deployment looks for each type in one library after the other. The class archive depends on the order.
   */
  public static List<Path> classPath(UnpackedServer server, Distribution distribution) throws IOException {
    List<Path> classPath = new ArrayList<>(distribution.serverLibraries());
    classPath.addAll(server.classPath());
    return classPath;
  }

  /**
   * A node of this machine's system.
   *
   * @param name of its folder and its log
   * @param port HTTP
   */
  public record Node(String name, Applications applications, int port) { }

  /**
   * Starts a node.
   *
   * @param classOptions the JVM's options for the archive of classes
   * @param environment all that is set
   * @param variables what the resources of {@code post-boot.txt} and the applications read beside it
   */
  public static PayaraMicro start(Distribution distribution, UnpackedServer server, List<String> classOptions,
      LauncherSettings settings, Node node, Map<String, String> environment, Map<String, String> variables) throws IOException {
    Home home = new Home(settings.home());
    Path instance = home.run().resolve(node.name());
    server.makeInstance(instance);
    List<String> command = command(distribution, server, classOptions, settings, instance, node.port(), node.applications());
    ProcessBuilder builder = new ProcessBuilder(command)
        .directory(distribution.payara().toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.log(node.name()).toFile()));
    builder.environment().putAll(environment);
    builder.environment().putAll(libraryVariables(distribution, home.root()));
    builder.environment().putAll(HttpsCertificate.variables(settings, instance.resolve(HTTPS_STORE)));
    builder.environment().putAll(variables);
    return new PayaraMicro(builder.start());
  }

  /** The variables that libraries inside the server read. */
  public static Map<String, String> libraryVariables(Distribution distribution, Path home) {
    return Map.of("TF_CPP_MIN_LOG_LEVEL", "2",
        // Small networks compute with one thread, the decoder with all; and who waits for them computes: docs/models.md.
        "TF_OVERRIDE_GLOBAL_THREADPOOL", "true", "TF_ONEDNN_THREADPOOL_USE_CALLER_THREAD", "true",
        "DJL_CACHE_DIR", distribution.nativeCache(home).resolve("djl").toString());
  }

  /**
   * The command that is one node; to be run in {@link Distribution#payara}.
   *
   * @param classOptions more options of the JVM, such as those for the archive of classes
   * @param instance the folder of this node
   */
  public static List<String> command(Distribution distribution, UnpackedServer server, List<String> classOptions,
      LauncherSettings settings, Path instance, int port, Applications applications) throws IOException {
    Home home = new Home(settings.home());
    List<String> command = new ArrayList<>(List.of(
        Java.executable(),
        "-Xmx1g",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        // Tensors are closed by hand; JavaCPP's own thread and limit only get in the way.
        "-Dorg.bytedeco.javacpp.noPointerGC=true",
        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
        "-Dorg.bytedeco.javacpp.cachedir=" + distribution.nativeCache(home.root()).resolve("javacpp"),
        // Who begins TLS anew and says no more would hold a thread of the server for ever
        "-Djdk.tls.rejectClientInitiatedRenegotiation=true",
        "-Djava.io.tmpdir=" + home.temporary(),
        "-Dlater=$", // post-boot.txt says what for
        "-Dzimage.home=" + home.root()));
    command.addAll(settings.javaOptions());
    command.addAll(classOptions);
    command.addAll(server.options());
    command.addAll(List.of(
        "-cp", classPath(server, distribution).stream().map(Path::toString).collect(Collectors.joining(":")),
        server.mainClass(),
        "--rootdir", instance.toString(),
        "--port", Integer.toString(port),
        "--nocluster", "--disablephonehome",
        "--logproperties", "logging.properties",
        "--prebootcommandfile", "pre-boot.txt",
        "--postbootcommandfile", "post-boot.txt",
        "--postdeploycommandfile", applications.then,
        "--deploy", applications.first));
    return command;
  }

  public Process process() {
    return process;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      System.err.println("Payara Micro did not stop within " + STOP_TIMEOUT_SECONDS + " s and was ended");
      process.destroyForcibly().waitFor();
    }
  }
}

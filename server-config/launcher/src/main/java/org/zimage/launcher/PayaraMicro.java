package org.zimage.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Payara Micro with both applications, as a process of its own. Owned and closed by {@link LocalSystem}. */
final class PayaraMicro implements AutoCloseable {
  /** A worker needs this long at most to put its task back. */
  private static final long STOPPING_SECONDS = 30;

  private final Process process;

  private PayaraMicro(Process process) {
    this.process = process;
  }

  /** The server's libraries, then those with native parts: in an order that the class archive depends on. */
  static List<Path> classPath(UnpackedServer server, Distribution distribution) throws IOException {
    List<Path> classPath = new ArrayList<>(server.classPath());
    classPath.addAll(distribution.serverLibraries());
    return classPath;
  }

  /** @param environment what the applications and the resources of {@code post-boot.txt} read, beside this process's own */
  static PayaraMicro start(Distribution distribution, UnpackedServer server, ClassArchive classes, Home home, int port,
      Map<String, String> environment) throws IOException {
    Path instance = home.run().resolve("payara");
    server.makeInstance(instance);
    ProcessBuilder builder = new ProcessBuilder(command(distribution, server, classes, home, instance, port))
        .directory(distribution.payara().toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.log("payara").toFile()));
    builder.environment().putAll(environment);
    return new PayaraMicro(builder.start());
  }

  private static List<String> command(Distribution distribution, UnpackedServer server, ClassArchive classes, Home home,
      Path instance, int port) throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Java.executable(),
        "-Xmx1g",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        // Tensors are closed by hand; JavaCPP's own thread and limit only get in the way.
        "-Dorg.bytedeco.javacpp.noPointerGC=true",
        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
        "-Dorg.bytedeco.javacpp.cachedir=" + distribution.nativeCache(home.root()).resolve("javacpp"),
        "-Djava.io.tmpdir=" + home.temporary(),
        "-Dzimage.home=" + home.root()));
    command.addAll(classes.options());
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
        "--postdeploycommandfile", "post-deploy.txt"));
    for (String application : new String[] {"web-module.war", "worker-mdb.war"}) {
      command.add("--deploy");
      command.add(application);
    }
    return command;
  }

  Process process() {
    return process;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOPPING_SECONDS, TimeUnit.SECONDS)) {
      System.err.println("Payara Micro did not stop within " + STOPPING_SECONDS + " s and was ended");
      process.destroyForcibly().waitFor();
    }
  }
}

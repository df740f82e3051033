package org.zimage.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.zimage.launcher.address.Ports;
import org.zimage.launcher.home.Home;
import org.zimage.launcher.payara.ClassArchive;
import org.zimage.launcher.payara.PayaraMicro;
import org.zimage.launcher.payara.UnpackedServer;
import org.zimage.launcher.product.Distribution;
import org.zimage.launcher.settings.HttpsCertificate;
import org.zimage.launcher.settings.LauncherSettings;
import org.zimage.launcher.settings.SecretFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Prints the command of one node of Payara Micro, for the script that becomes this node. A node has no launcher as its parent, so
 * that whoever stops, limits or restarts the process reaches the node itself.
 */
@Command(name = "node",
    description = "Becomes one node, web or worker, that works with existing servers.")
final class PrintNode implements Callable<Integer> {
  /** The applications end such a process when a setting is wrong: nobody looks into its log meanwhile, as {@code up} does. */
  private static final String ENDS_BY_ITSELF = "-Dzimage.node=true";

  private enum Role {
    web(PayaraMicro.Applications.WEB),
    worker(PayaraMicro.Applications.WORKER);

    private final PayaraMicro.Applications applications;

    Role(PayaraMicro.Applications applications) {
      this.applications = applications;
    }
  }

  @Parameters(paramLabel = "ROLE", description = "web or worker")
  private Role role;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, String> environment = SecretFiles.read(System.getenv());
    LauncherSettings settings = LauncherSettings.of(environment);
    Map<String, String> variables = PrintEnvironment.variables(environment);
    Distribution distribution = Distribution.ofThisJar();
    Home home = Home.prepare(settings.home());
    Files.createDirectories(home.temporary());
    int port = Ports.free(settings.httpHost(), settings.port(), "ZIMAGE_PORT", "HTTP");
    int httpsPort = settings.freeHttpsPort();
    settings.httpsWarnings().forEach(System.err::println);
    UnpackedServer server = UnpackedServer.of(distribution, home);
    Path instance = home.run().resolve(role + "-" + port);
    server.makeInstance(instance);
    List<String> options = new ArrayList<>(new ClassArchive(distribution, home, PayaraMicro.classPath(server, distribution)).optionsOfUse());
    options.add(ENDS_BY_ITSELF);

    PayaraMicro.libraryVariables(distribution, home.root())
        .forEach((name, value) -> PrintEnvironment.word(name + "=" + environment.getOrDefault(name, value)));
    variables.forEach((name, value) -> PrintEnvironment.word(name + "=" + value));
    HttpsCertificate.variables(settings, instance.resolve(PayaraMicro.HTTPS_STORE))
        .forEach((name, value) -> PrintEnvironment.word(name + "=" + value));
    PrintEnvironment.word("ZIMAGE_HTTPS_PORT=" + httpsPort);
    PrintEnvironment.word("ZIMAGE_HOST=" + settings.host());
    PrintEnvironment.word("");
    PayaraMicro.command(distribution, server, options, settings, instance, port, role.applications)
        .forEach(PrintEnvironment::word);
    System.out.flush();
    return 0;
  }
}

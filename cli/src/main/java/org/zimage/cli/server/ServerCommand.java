package org.zimage.cli.server;

import jakarta.json.JsonStructure;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands that talk to a server have in common. */
public abstract class ServerCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Mixin
  private ServerOptions server;

  @Option(names = "--json", description = "print JSON, for scripts")
  private boolean json;

  @Override
  public final Integer call() throws Exception {
    try (ZImageClient zimage = server.open(startTimeout(), reason -> err().println("zimage: " + reason))) {
      return run(zimage);
    }
  }

  /** How long to wait for a server where nothing listens. Commands that only read do not wait. */
  protected Duration startTimeout() {
    return Duration.ZERO;
  }

  /** Opens another connection, which is used for cancelling. */
  final ZImageClient openToCancel() {
    return server.openToCancel();
  }

  /** @return the exit code */
  protected abstract int run(ZImageClient zimage) throws Exception;

  protected final boolean isJson() {
    return json;
  }

  /** The server's address, without a slash at its end. */
  protected final String url() {
    return server.url();
  }

  /** The stream for results. */
  protected final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** The stream for everything but results. */
  protected final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  protected final void print(JsonStructure answer) {
    out().println(answer);
  }

  /** The failure of a command whose options contradict each other or have unusable values. */
  protected final IllegalArgumentException wrongUsage(String message) {
    return new IllegalArgumentException(message + " (see '" + spec.qualifiedName() + " --help')");
  }
}

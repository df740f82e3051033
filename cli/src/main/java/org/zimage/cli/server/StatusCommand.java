package org.zimage.cli.server;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.zimage.api.HealthResponse;
import org.zimage.api.SystemStatus;
import org.zimage.cli.exit.CommandFailed;
import org.zimage.cli.exit.ExitCode;
import org.zimage.cli.output.JsonOutput;
import org.zimage.cli.output.ModelText;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "status", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Says how a server is: what waits, who works, what may be asked for.",
    footer = {"", "Example:", "  zimage status --server https://pictures.example.org",
        "  ZIMAGE_KEY=… zimage status --deep"})
public final class StatusCommand extends ServerCommand {
  @Option(names = "--deep", description = "what the workers' machines are, too, and whether all is well; needs the administrator's key")
  private boolean deep;

  @Override
  protected int run(ZImageClient zimage) {
    HealthResponse health = zimage.health();
    SystemStatus system = zimage.system();
    if (isJson()) {
      print(Json.createObjectBuilder().add("url", url()).add("health", JsonOutput.of(health))
          .add("system", JsonOutput.of(system)).build());
    } else {
      print(health, system);
    }
    return deep ? printMachines(health, system) : ExitCode.OK;
  }

  /** @return {@link ExitCode#FAILED} where something is not well */
  private int printMachines(HealthResponse health, SystemStatus system) {
    boolean well = health.status().equals("ok") && !system.workers().isEmpty();
    for (SystemStatus.Worker worker : system.workers()) {
      if (worker.machine() == null) {
        throw new CommandFailed("--deep needs the administrator's key: set ZIMAGE_KEY", ExitCode.REFUSED);
      }
      if (!isJson()) {
        print(worker);
      }
      well &= !worker.machine().getString("device", "").equals("cpu_without_gpu") && worker.machine().getInt("largest_square", 1) > 0;
    }
    return well ? ExitCode.OK : ExitCode.FAILED;
  }

  private void print(SystemStatus.Worker worker) {
    JsonObject machine = worker.machine();
    if (machine.isEmpty()) {
      out().printf("%s is of an earlier version, and says nothing of its machine%n", worker.name());
      return;
    }
    out().printf("%s computes %s in %s on %s, with %d processors and %.1f GiB of free memory; pictures up to %dx%d fit%n",
        worker.name(), worker.model(), worker.card().getString("dtype", "?"),
        machine.getString("computes_on"), machine.getInt("processors"),
        machine.getJsonNumber("free_memory_bytes").doubleValue() / (1 << 30), machine.getInt("largest_square"),
        machine.getInt("largest_square"));
  }

  private void print(HealthResponse health, SystemStatus system) {
    out().printf("%s is %s (%s)%n", url(), health.status(), health.environment());
    if (health.checks() != null) {
      health.checks().forEach((name, state) -> out().printf("  %s: %s%n", name, state));
    }
    out().printf("%d running, %d waiting%s%n", system.running(), system.queueDepth(),
        system.queueDepth() == 0 ? "" : ", the first for " + system.oldestWaitSeconds() + " s");
    if (system.workers().isEmpty()) {
      out().println("no worker: tasks wait until one comes");
    }
    system.workers().forEach(worker -> out().printf("worker %s with %s%n", worker.name(), worker.model()));
    if (system.models().size() > 1) {
      system.models().forEach(model -> out().printf("model %s%s: %d waiting, %d running, workers: %d%n", model.name(),
          model.isDefault() ? " (default)" : "", model.queueDepth(), model.running(), model.workers()));
    }
    system.workers().stream().filter(worker -> !worker.defaults().isEmpty())
        .collect(Collectors.toMap(SystemStatus.Worker::model, SystemStatus.Worker::defaults, (one, other) -> one, TreeMap::new))
        .forEach((model, defaults) -> out().printf("%s draws with %s unless asked otherwise%n", model, ModelText.of(defaults)));
    SystemStatus.Limits limits = system.limits();
    out().printf("sides of %d to %d pixels, prompts up to %d characters%n", limits.minSide(), limits.maxSide(),
        limits.maxPromptCharacters());
    out().printf("up to %d steps, guidance up to %.0f%n", limits.maxSteps(), limits.maxGuidanceScale());
  }
}

package org.zimage.cli;

import jakarta.json.Json;
import org.zimage.api.HealthResponse;
import org.zimage.api.SystemStatus;
import org.zimage.client.ZImageClient;
import picocli.CommandLine.Command;

@Command(name = "status", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Says how a server is: what waits, who works, what may be asked for.",
    footer = {"", "Example:", "  zimage status --server https://pictures.example.org"})
final class StatusCommand extends ServerCommand {
  @Override
  int run(ZImageClient zimage) {
    HealthResponse health = zimage.health();
    SystemStatus system = zimage.system();
    if (isJson()) {
      print(Json.createObjectBuilder().add("url", url()).add("health", JsonOutput.of(health))
          .add("system", JsonOutput.of(system)).build());
    } else {
      print(health, system);
    }
    return ExitCode.OK;
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
    SystemStatus.Limits limits = system.limits();
    out().printf("sides of %d to %d pixels, prompts up to %d characters%n", limits.minSide(), limits.maxSide(),
        limits.maxPromptCharacters());
    out().printf("up to %d steps, guidance up to %.0f%n", limits.maxSteps(), limits.maxGuidanceScale());
  }
}

package org.zimage.check;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.zimage.model.WeightFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zimage check}: looks at this machine, without a server and without a network. */
@Command(name = "check", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Says what this machine is, and whether it can draw: needs no server and no network.",
    footer = {"", "Exit codes: 0 all is well, 1 something is not.", "", "Example:", "  zimage check --model /srv/turbo --json check.json"})
public final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--model", paramLabel = "FOLDER", description = "made by 'zimage export' (z-image-nano, which comes with it)")
  private Path model;

  @Option(names = "--json", paramLabel = "FILE", description = "write what was found as JSON, too")
  private Path json;

  private final List<Finding> findings = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path home = Path.of(System.getenv().getOrDefault("ZIMAGE_HOME", System.getProperty("user.home") + "/.zimage"));
    Machine.HERE.findings(model == null ? 0 : WeightFiles.bytes(model), home).forEach(this::report);
    new ListeningPorts(System.getenv(), home).findings().forEach(this::report);
    askModel();
    if (json != null) {
      writeJson();
    }
    return findings.stream().allMatch(Finding::isWell) ? 0 : 1;
  }

  /** Asks the model in a process of its own. Where that process ends, the end is a finding, too. */
  private void askModel() throws IOException, InterruptedException {
    Path distribution = Path.of(System.getProperty("zimage.distribution"));
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), ModelProbe.class.getName(),
        model == null ? "" : model.toAbsolutePath().toString(), distribution.resolve("models/z-image-nano").toString(),
        distribution.resolve("models/z-image-nano-goldens").toString()));
    Path errors = Files.createTempFile("zimage-check-", ".log");
    Process probe = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    try (BufferedReader findingsOfProbe = probe.inputReader()) {
      for (String line = findingsOfProbe.readLine(); line != null; line = findingsOfProbe.readLine()) {
        report(read(line));
      }
    }
    if (probe.waitFor() != 0) {
      List<String> said = Files.readAllLines(errors);
      String last = said.isEmpty() ? "" : ": " + said.get(said.size() - 1).strip();
      report(Finding.wrong("TensorFlow", "its process ended with " + probe.exitValue() + last,
          "134, 137 and 139 are want of memory or of an instruction; the whole is in " + errors));
    } else {
      Files.delete(errors);
    }
  }

  private static Finding read(String line) {
    try (JsonReader reader = Json.createReader(new StringReader(line))) {
      return Finding.of(reader.readObject());
    }
  }

  private void report(Finding finding) {
    findings.add(finding);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-7s %-18s %s%n", finding.isWell() ? "ok" : "NOT OK", finding.subject(), finding.found());
    if (!finding.isWell()) {
      out.printf("%-7s %-18s -> %s%n", "", "", finding.remedy());
    }
    out.flush();
  }

  private void writeJson() throws IOException {
    JsonArrayBuilder all = Json.createArrayBuilder();
    findings.forEach(finding -> all.add(finding.toJson()));
    Files.writeString(json, Json.createObjectBuilder().add("ok", findings.stream().allMatch(Finding::isWell)).add("findings", all).build()
        + System.lineSeparator());
  }
}

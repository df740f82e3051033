package org.zimage.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.zimage.tests.caller.PythonScript;

/** What containers and Kubernetes are given is valid, by the tools of those who look after them. */
@Tag("deployment")
class DeploymentFilesIT {
  private static final Path FILES = Path.of("../server-config").toAbsolutePath().normalize();

  @Test
  void theContainerfileFollowsTheRulesOfHadolint() throws Exception {
    assertThat(run("hadolint", "--no-color", FILES.resolve("containers/Containerfile").toString())).isEqualTo("0\n");
  }

  @Test
  void composeFollowsItsSchema() throws Exception {
    assertThat(run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", FILES.resolve("containers/compose.yaml").toString()))
        .startsWith("0\n");
  }

  /** But for kinds that are none of Kubernetes' own. */
  @Test
  void everyResourceFollowsTheSchemasOfKubernetes() throws Exception {
    List<String> words = new ArrayList<>(List.of("--strict"));
    try (Stream<Path> files = Files.walk(FILES.resolve("kubernetes"))) {
      files.filter(file -> file.toString().endsWith(".yaml")).map(Path::toString).sorted().forEach(words::add);
    }

    String said = run("kubernetes-validate", words.toArray(String[]::new));

    assertThat(said).startsWith("0\n");
    assertThat(said.lines().filter(line -> line.contains("passed for resource"))).hasSizeGreaterThan(10);
    assertThat(said.lines().filter(line -> line.startsWith("WARN"))).allSatisfy(line -> assertThat(line)
        .containsAnyOf("kind Kustomization", "kind ScaledObject", "kind TriggerAuthentication"));
  }

  /** What the tool ended with, and what it said. */
  private static String run(String tool, String... words) throws IOException, InterruptedException {
    Path python = PythonScript.python(PythonScript.file("deployment-requirements.txt"));
    List<String> command = new ArrayList<>(List.of(python.resolveSibling(tool).toString()));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + "\n" + said;
  }
}

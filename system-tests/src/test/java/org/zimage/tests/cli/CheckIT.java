package org.zimage.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zimage.tests.system.ModelCommand;

/** What the command says of this machine, without any server. */
class CheckIT {
  @TempDir
  private Path folder;

  @Test
  void aDamagedModelIsToldFromAMachineThatDrawsAsItShould() throws Exception {
    Path model = folder.resolve("model");
    zimage("export", ModelCommand.DISTRIBUTION.resolve("models/z-image-nano").toString(), model.toString());
    damage(model.resolve("transformer/variables/variables.data-00000-of-00001"));

    int exitCode = zimage("check", "--model", model.toString(), "--json", folder.resolve("check.json").toString());

    Map<String, JsonObject> findings = findings();
    JsonObject pictures = findings.get("golden pictures");
    assertThat(pictures.getBoolean("ok")).isTrue();
    assertThat(pictures.getString("found")).startsWith("3 of z-image-nano");
    JsonObject files = findings.get("model's files");
    assertThat(files.getBoolean("ok")).isFalse();
    assertThat(files.getString("found")).contains("Checksum does not match");
    assertThat(files.getString("remedy")).contains("zimage export");
    assertThat(findings.keySet()).contains("processor", "memory", "disk", "open files", "port of HTTP", "port of the broker", "GPU");
    assertThat(exitCode).isEqualTo(1);
  }

  /** The weights are a link to those of the distribution: they are copied before one byte is changed. */
  private static void damage(Path weights) throws IOException {
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(weights);
    Files.write(weights, bytes);
  }

  private Map<String, JsonObject> findings() throws IOException {
    try (JsonReader reader = Json.createReader(Files.newInputStream(folder.resolve("check.json")))) {
      return reader.readObject().getJsonArray("findings").getValuesAs(JsonObject.class).stream()
          .collect(Collectors.toMap(finding -> finding.getString("subject"), Function.identity()));
    }
  }

  private int zimage(String... arguments) throws IOException, InterruptedException {
    return ModelCommand.run(folder, arguments);
  }
}

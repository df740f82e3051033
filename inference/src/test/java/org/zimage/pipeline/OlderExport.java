package org.zimage.pipeline;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.zimage.checkpoint.Dtype;
import org.zimage.export.ExportOptions;
import org.zimage.export.Exporter;

/** An exported model as it was before there were an encoder and previews: what these added is taken off. */
final class OlderExport {
  private OlderExport() {}

  static Path of(String checkpoint, Path model) throws IOException {
    Exporter.export(Fixtures.checkpoint(checkpoint), model, new ExportOptions(Dtype.F32, checkpoint, false));
    try (Stream<Path> files = Files.walk(model.resolve("vae_encoder"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    Path manifest = model.resolve("model.json");
    try (JsonReader reader = Json.createReader(Files.newInputStream(manifest))) {
      JsonObject older = Json.createObjectBuilder(reader.readObject()).remove("latent_colours").build();
      Files.write(manifest, List.of(older.toString()));
    }
    return model;
  }
}

package org.zimage.pipeline;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.proto.SavedModel;

/** An exported model as it was before there were an encoder, previews and adapters: what these added is taken off. */
final class OlderExport {
  private OlderExport() {}

  static Path of(String checkpoint, Path model) throws IOException {
    Fixtures.copyOfExport(checkpoint, model);
    try (Stream<Path> files = Files.walk(model.resolve("vae_encoder"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    takeOffAdapters(model.resolve("transformer/saved_model.pb"));
    Path manifest = model.resolve("model.json");
    try (JsonReader reader = Json.createReader(Files.newInputStream(manifest))) {
      JsonObject older = Json.createObjectBuilder(reader.readObject()).remove("latent_colours").build();
      Files.write(manifest, List.of(older.toString()));
    }
    return model;
  }

  private static void takeOffAdapters(Path savedModel) throws IOException {
    SavedModel.Builder older;
    try (InputStream in = Files.newInputStream(savedModel)) {
      older = SavedModel.parseFrom(in).toBuilder();
    }
    List<String> signatures = older.getMetaGraphs(0).getSignatureDefMap().keySet().stream().filter(name -> name.contains("adapt")).toList();
    signatures.forEach(older.getMetaGraphsBuilder(0)::removeSignatureDef);
    Files.write(savedModel, older.build().toByteArray());
  }
}

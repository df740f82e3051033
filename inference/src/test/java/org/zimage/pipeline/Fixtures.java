package org.zimage.pipeline;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonStructure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.zimage.checkpoint.Dtype;
import org.zimage.checkpoint.SafeTensors;
import org.zimage.export.ExportOptions;
import org.zimage.export.Exporter;
import org.zimage.pipeline.network.SessionOptions;

/** The golden files (see fixtures/README.md) and the models they belong to, each exported and loaded once for all tests. */
public final class Fixtures {
  static final Path FOLDER = Path.of("src/test/resources/fixtures");
  static final Path NANO = Path.of("../models/z-image-nano");

  private static final String FORK = System.getProperty("zimage.fork", "1");
  private static final Map<String, ZImageModel> MODELS = new ConcurrentHashMap<>();
  private static final Map<String, Path> EXPORTED = new ConcurrentHashMap<>();

  private Fixtures() {}

  static Path checkpoint(String name) {
    return name.equals("z-image-nano") ? NANO : FOLDER.resolve(name);
  }

  /** The model of that checkpoint in float32; shared, never closed before the tests end. */
  static ZImageModel model(String name) {
    return MODELS.computeIfAbsent(name, key -> ZImageModel.load(exported(key), SessionOptions.defaults()));
  }

  /** The export of that checkpoint in float32; shared, not to be changed. */
  static Path exported(String name) {
    return EXPORTED.computeIfAbsent(name, key -> {
      // Each process of the tests has its own: another one would replace it while it is being read
      Path out = Path.of("target/exported", FORK, key).toAbsolutePath();
      Exporter.export(checkpoint(key), out, new ExportOptions(Dtype.F32, key, true));
      return out;
    });
  }

  /** A copy of that export, to be changed. */
  static Path copyOfExport(String name, Path copy) throws IOException {
    Path export = exported(name);
    try (Stream<Path> files = Files.walk(export)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(export.relativize(file)));
      }
    }
    return copy;
  }

  public static JsonStructure json(String file) {
    try (JsonReader reader = Json.createReader(Files.newInputStream(FOLDER.resolve(file)))) {
      return reader.read();
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  public static SafeTensors tensors(String file) {
    return SafeTensors.open(FOLDER.resolve(file));
  }

  public static float[] floats(SafeTensors tensors, String key) {
    try {
      return tensors.tensor(key).floats();
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  static byte[] bytes(SafeTensors tensors, String key) {
    try {
      ByteBuffer mapped = tensors.tensor(key).map();
      byte[] bytes = new byte[mapped.remaining()];
      mapped.get(bytes);
      return bytes;
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }
}

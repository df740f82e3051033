package org.zimage.export;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonPointer;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A copy of a good checkpoint, with one thing about it made wrong. */
record DamagedCheckpoint(Path folder) {

  static DamagedCheckpoint copyOf(Path checkpoint, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(checkpoint)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(checkpoint.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    return new DamagedCheckpoint(to);
  }

  void delete(String file) throws IOException {
    Files.delete(folder.resolve(file));
  }

  void cutShort(String file, int bytes) throws IOException {
    byte[] content = Files.readAllBytes(folder.resolve(file));
    Files.write(folder.resolve(file), Arrays.copyOf(content, content.length - bytes));
  }

  void set(String file, String field, JsonValue value) throws IOException {
    Path path = folder.resolve(file);
    JsonPointer pointer = Json.createPointer("/" + field);
    Files.writeString(path, pointer.add(parse(Files.readString(path)), value).toString());
  }

  /** Changes a safetensors file's header; the tensors' bytes stay as they are. */
  void changeHeader(String file, UnaryOperator<JsonObject> change) throws IOException {
    Path path = folder.resolve(file);
    byte[] content = Files.readAllBytes(path);
    int oldSize = (int) ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong();
    JsonObject header = parse(new String(content, 8, oldSize, StandardCharsets.UTF_8));
    byte[] changed = change.apply(header).toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(8 + changed.length + content.length - 8 - oldSize)
        .order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(changed.length).put(changed).put(content, 8 + oldSize, content.length - 8 - oldSize);
    Files.write(path, out.array());
  }

  private static JsonObject parse(String json) {
    try (JsonReader reader = Json.createReader(new StringReader(json))) {
      return reader.readObject();
    }
  }
}

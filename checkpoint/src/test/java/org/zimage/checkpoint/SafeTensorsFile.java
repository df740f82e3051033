package org.zimage.checkpoint;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a safetensors file of zeros, or of a text, with the names and shapes that a test wants. */
public final class SafeTensorsFile {
  private final JsonObjectBuilder header = Json.createObjectBuilder();
  private final ByteBuffer data = ByteBuffer.allocate(1 << 20);

  public SafeTensorsFile tensor(String name, String dtype, int bytesOfOne, int... shape) {
    int size = bytesOfOne;
    for (int each : shape) {
      size *= each;
    }
    return bytes(name, dtype, new byte[size], shape);
  }

  public SafeTensorsFile floats(String name, int... shape) {
    return tensor(name, "F32", Float.BYTES, shape);
  }

  public SafeTensorsFile text(String name, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return bytes(name, "U8", utf8, utf8.length);
  }

  /** A float32; without sizes one that has no dimensions. */
  public SafeTensorsFile number(String name, float value, int... shape) {
    return bytes(name, "F32", ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array(), shape);
  }

  public SafeTensorsFile metadata(String key, String value) {
    header.add("__metadata__", Json.createObjectBuilder().add(key, value));
    return this;
  }

  private SafeTensorsFile bytes(String name, String dtype, byte[] bytes, int... shape) {
    JsonArrayBuilder sizes = Json.createArrayBuilder();
    for (int each : shape) {
      sizes.add(each);
    }
    header.add(name, Json.createObjectBuilder().add("dtype", dtype).add("shape", sizes)
        .add("data_offsets", Json.createArrayBuilder().add(data.position()).add(data.position() + bytes.length)));
    data.put(bytes);
    return this;
  }

  public Path write(Path file) throws IOException {
    byte[] json = header.build().toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer content = ByteBuffer.allocate(Long.BYTES + json.length + data.position()).order(ByteOrder.LITTLE_ENDIAN);
    content.putLong(json.length).put(json).put(data.array(), 0, data.position());
    return Files.write(file, content.array());
  }
}

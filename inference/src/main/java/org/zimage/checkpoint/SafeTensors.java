package org.zimage.checkpoint;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The tensors of one component: a safetensors file, or several with the {@code *.safetensors.index.json} that says
 * which key is where. Only headers are read; immutable and thread-safe. Format:
 * https://github.com/huggingface/safetensors#format
 */
public final class SafeTensors {
  private static final long LARGEST_HEADER = 100_000_000;

  private final Path place;
  private final Map<String, TensorEntry> tensors;

  private SafeTensors(Path place, Map<String, TensorEntry> tensors) {
    this.place = place;
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * Opens a safetensors file, or the folder of a component.
   *
   * @throws CheckpointException if a file is missing, truncated or not of the format
   */
  public static SafeTensors open(Path path) {
    try {
      return Files.isDirectory(path) ? openFolder(path) : new SafeTensors(path, readHeader(path));
    } catch (IOException cause) {
      throw new CheckpointException(path + " cannot be read: " + cause, cause);
    }
  }

  private static SafeTensors openFolder(Path folder) throws IOException {
    List<Path> indexes = filesEndingWith(folder, ".safetensors.index.json");
    if (indexes.size() == 1) {
      return openSharded(folder, indexes.get(0));
    }
    List<Path> files = filesEndingWith(folder, ".safetensors");
    if (files.size() != 1) {
      throw new CheckpointException(folder + " holds " + files.size() + " *.safetensors files and " + indexes.size()
          + " *.safetensors.index.json: expected one file, or several with one index");
    }
    return new SafeTensors(folder, readHeader(files.get(0)));
  }

  private static List<Path> filesEndingWith(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(ending)).sorted().toList();
    }
  }

  private static SafeTensors openSharded(Path folder, Path index) throws IOException {
    JsonObject places = weightMap(index);
    Map<String, Map<String, TensorEntry>> shards = new LinkedHashMap<>();
    for (String shard : new TreeSet<>(places.keySet().stream().map(key -> shardOf(index, places, key)).toList())) {
      Path file = folder.resolve(shard);
      if (!Files.isRegularFile(file)) {
        throw new CheckpointException(file + " is missing: " + index.getFileName() + " names it");
      }
      shards.put(shard, readHeader(file));
    }
    Map<String, TensorEntry> tensors = new LinkedHashMap<>();
    for (String key : places.keySet()) {
      TensorEntry entry = shards.get(shardOf(index, places, key)).get(key);
      if (entry == null) {
        throw new CheckpointException(folder.resolve(shardOf(index, places, key)) + " has no tensor " + key + ": "
            + index.getFileName() + " says that it is there");
      }
      tensors.put(key, entry);
    }
    return new SafeTensors(folder, tensors);
  }

  private static JsonObject weightMap(Path index) throws IOException {
    JsonValue map = JsonFile.read(index).get("weight_map");
    if (map == null || map.getValueType() != JsonValue.ValueType.OBJECT) {
      throw new CheckpointException(index + " has no object \"weight_map\"");
    }
    return map.asJsonObject();
  }

  private static String shardOf(Path index, JsonObject places, String key) {
    if (places.get(key) instanceof JsonString shard && !shard.getString().contains("/")) {
      return shard.getString();
    }
    throw new CheckpointException(index + ": weight_map." + key + " is not a file name");
  }

  private static Map<String, TensorEntry> readHeader(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long headerSize = channel.size() < 8 ? -1 : read(channel, 0, 8).getLong();
      if (headerSize < 2 || headerSize > LARGEST_HEADER || 8 + headerSize > channel.size()) {
        throw new CheckpointException(file + " is not a safetensors file, or is cut short: it has " + channel.size()
            + " bytes and a header of " + headerSize);
      }
      String json = StandardCharsets.UTF_8.decode(read(channel, 8, (int) headerSize)).toString();
      return entries(file, json, 8 + headerSize, channel.size());
    }
  }

  private static ByteBuffer read(FileChannel channel, long position, int size) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
      // until the whole range has been read
    }
    return bytes.flip();
  }

  private static Map<String, TensorEntry> entries(Path file, String json, long dataStart, long fileSize) {
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    try (JsonReader reader = Json.createReader(new StringReader(json))) {
      reader.readObject().forEach((name, value) -> {
        if (!name.equals("__metadata__")) {
          entries.put(name, entry(file, name, value.asJsonObject(), dataStart, fileSize));
        }
      });
    } catch (JsonException | ClassCastException | NullPointerException cause) {
      throw new CheckpointException(file + " has a header that is not of the safetensors format: "
          + cause.getMessage(), cause);
    }
    return entries;
  }

  private static TensorEntry entry(Path file, String name, JsonObject header, long dataStart, long fileSize) {
    Dtype dtype = dtype(file, name, header.getString("dtype"));
    long[] shape = header.getJsonArray("shape").stream().mapToLong(SafeTensors::number).toArray();
    JsonArray range = header.getJsonArray("data_offsets");
    long start = number(range.get(0));
    long size = number(range.get(1)) - start;
    long expected = Arrays.stream(shape).reduce(dtype.bytes(), Math::multiplyExact);
    if (size != expected) {
      throw new CheckpointException(file + ": " + name + " has " + size + " bytes, expected " + expected + " for "
          + dtype + Arrays.toString(shape));
    }
    if (start < 0 || dataStart + start + size > fileSize) {
      throw new CheckpointException(file + " is cut short: " + name + " ends at byte " + (dataStart + start + size)
          + ", the file at " + fileSize);
    }
    return new TensorEntry(name, dtype, shape, file, dataStart + start, size);
  }

  private static long number(JsonValue value) {
    return ((JsonNumber) value).longValueExact();
  }

  private static Dtype dtype(Path file, String name, String text) {
    try {
      return Dtype.valueOf(text);
    } catch (IllegalArgumentException unknown) {
      throw new CheckpointException(file + ": " + name + " is " + text + ", expected one of "
          + Arrays.toString(Dtype.values()));
    }
  }

  public Collection<TensorEntry> entries() {
    return tensors.values();
  }

  public boolean has(String key) {
    return tensors.containsKey(key);
  }

  /** @throws CheckpointException if there is no such tensor */
  public TensorEntry tensor(String key) {
    TensorEntry entry = tensors.get(key);
    if (entry == null) {
      throw new CheckpointException(place + " has no tensor " + key);
    }
    return entry;
  }

  /**
   * The tensor of that key, checked.
   *
   * @throws CheckpointException if it is missing or has another shape
   */
  public TensorEntry tensor(String key, long... expectedShape) {
    TensorEntry entry = tensors.get(key);
    if (entry == null) {
      throw new CheckpointException(place + " has no tensor " + key + ", expected one of shape "
          + Arrays.toString(expectedShape));
    }
    if (!Arrays.equals(entry.shape(), expectedShape)) {
      throw new CheckpointException(entry.file() + ": " + key + " has shape " + Arrays.toString(entry.shape())
          + ", expected " + Arrays.toString(expectedShape));
    }
    return entry;
  }
}

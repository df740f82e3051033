package org.zimage.checkpoint;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
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
  /** The largest header: a model has some thousand tensors of some hundred bytes each. A larger one would fill the memory. */
  private static final long MAX_HEADER_BYTES = 5_000_000;
  private static final String METADATA = "__metadata__";

  private final Path place;
  private final Map<String, TensorEntry> tensors;
  private final Map<String, String> metadata;

  private SafeTensors(Path place, Map<String, TensorEntry> tensors, Map<String, String> metadata) {
    this.place = place;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = metadata;
  }

  private record Header(Map<String, TensorEntry> tensors, Map<String, String> metadata) {}

  /**
   * Opens a safetensors file, or the folder of a component.
   *
   * @throws CheckpointException if a file is missing, truncated or not of the format
   */
  public static SafeTensors open(Path path) {
    try {
      return Files.isDirectory(path) ? openFolder(path) : openFile(path, path);
    } catch (IOException cause) {
      throw new CheckpointException(path + " cannot be read: " + cause, cause);
    }
  }

  private static SafeTensors openFile(Path place, Path file) throws IOException {
    Header header = readHeader(file);
    return new SafeTensors(place, header.tensors(), header.metadata());
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
    return openFile(folder, files.get(0));
  }

  private static List<Path> filesEndingWith(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(ending)).sorted().toList();
    }
  }

  private static SafeTensors openSharded(Path folder, Path index) throws IOException {
    JsonObject places = Fields.of(index).within("weight_map").json();
    Map<String, Map<String, TensorEntry>> shards = new LinkedHashMap<>();
    for (String shard : new TreeSet<>(places.keySet().stream().map(key -> shardOf(index, places, key)).toList())) {
      Path file = folder.resolve(shard);
      if (!Files.isRegularFile(file)) {
        throw new CheckpointException(file + " is missing: " + index.getFileName() + " names it");
      }
      shards.put(shard, readHeader(file).tensors());
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
    return new SafeTensors(folder, tensors, Map.of());
  }

  private static String shardOf(Path index, JsonObject places, String key) {
    // In one folder with its index, and a name that every file system takes
    if (places.get(key) instanceof JsonString shard && shard.getString().matches("[A-Za-z0-9._-]+")) {
      return shard.getString();
    }
    throw new CheckpointException(index + ": weight_map." + key + " is not a file name");
  }

  private static Header readHeader(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long headerSize = channel.size() < 8 ? -1 : read(channel, 0, 8).getLong();
      if (headerSize < 2 || headerSize > MAX_HEADER_BYTES || 8 + headerSize > channel.size()) {
        throw new CheckpointException(file + " is not a safetensors file, or is cut short: it has " + channel.size()
            + " bytes and a header of " + headerSize + ", expected at most " + MAX_HEADER_BYTES);
      }
      JsonObject header = JsonFile.parse(file, read(channel, 8, (int) headerSize));
      return new Header(entries(new Fields(file, "", header), 8 + headerSize, channel.size()), metadata(header));
    }
  }

  private static Map<String, String> metadata(JsonObject header) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (header.get(METADATA) instanceof JsonObject given) {
      given.forEach((key, value) -> texts.put(key, value instanceof JsonString text ? text.getString() : value.toString()));
    }
    return texts;
  }

  private static ByteBuffer read(FileChannel channel, long position, int size) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
      // until the whole range has been read
    }
    return bytes.flip();
  }

  private static Map<String, TensorEntry> entries(Fields header, long dataStart, long fileSize) {
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    for (String name : header.json().keySet()) {
      if (!name.equals(METADATA)) {
        entries.put(name, entry(header.within(name), name, dataStart, fileSize));
      }
    }
    TensorEntry.requireDisjoint(entries.values());
    requireNothingElse(header.file(), entries.values(), fileSize - dataStart);
    return entries;
  }

  /** As the format demands ("the byte buffer needs to be entirely indexed"): what no tensor has would be carried along unseen. */
  private static void requireNothingElse(Path file, Collection<TensorEntry> entries, long dataBytes) {
    long ofTensors = entries.stream().mapToLong(TensorEntry::size).sum();
    if (ofTensors != dataBytes) {
      throw new CheckpointException(file + " has " + dataBytes + " bytes of data, and its tensors have " + ofTensors
          + ": what belongs to none of them is not allowed in a safetensors file");
    }
  }

  private static TensorEntry entry(Fields fields, String name, long dataStart, long fileSize) {
    Dtype dtype = fields.dtype("dtype");
    fields.require(!dtype.isBlocked(), "dtype", "a type of safetensors");
    long[] shape = fields.sizes("shape");
    long[] range = fields.sizes("data_offsets");
    fields.require(range.length == 2 && range[0] <= range[1], "data_offsets", "where the tensor begins and where it ends");
    long size = range[1] - range[0];
    requireSize(fields.file(), name, size, dtype, shape);
    if (range[1] > fileSize - dataStart) {
      throw new CheckpointException(fields.file() + " is cut short: " + name + " ends at byte " + range[1] + " behind the header, "
          + (fileSize - dataStart) + " are there");
    }
    return new TensorEntry(name, dtype, shape, fields.file(), dataStart + range[0], size);
  }

  private static void requireSize(Path file, String name, long size, Dtype dtype, long[] shape) {
    String expected;
    try {
      long bytes = dtype.bytes(shape);
      if (size == bytes) {
        return;
      }
      expected = Long.toString(bytes);
    } catch (ArithmeticException tooLarge) {
      expected = "more than " + Long.MAX_VALUE;
    }
    throw new CheckpointException(file + ": " + name + " has " + size + " bytes, expected " + expected + " for " + dtype
        + Arrays.toString(shape));
  }

  public Collection<TensorEntry> entries() {
    return tensors.values();
  }

  /** What a file's author says about it; empty for several files. */
  public Map<String, String> metadata() {
    return metadata;
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

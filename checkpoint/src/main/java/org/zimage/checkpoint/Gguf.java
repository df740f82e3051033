package org.zimage.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the header of a GGUF file, version 2 or 3, little-endian: names, shapes, types and places of its tensors. Every number in it is
 * checked against the file's size before memory is taken for it. Format:
 * https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
final class Gguf {
  static final String MAGIC = "GGUF";
  /** Models have some thousand tensors and some dozen pairs. More would fill the memory. */
  private static final int MAX_TENSORS = 20_000;
  private static final int MAX_PAIRS = 10_000;
  private static final int MAX_NAME_BYTES = 1_000;
  private static final int MAX_DIMENSIONS = 8;
  private static final int MAX_ALIGNMENT = 1 << 20;
  private static final int DEFAULT_ALIGNMENT = 32;
  /** Lists that are kept are shapes; those of a tokenizer are not. */
  private static final int MAX_LIST = MAX_DIMENSIONS;
  private static final String ORIGINAL_SHAPE = "comfy.gguf.orig_shape.";

  private static final Map<Integer, Dtype> TYPES = Map.of(0, Dtype.F32, 1, Dtype.F16, 2, Dtype.Q4_0, 8, Dtype.Q8_0, 24, Dtype.I8,
      25, Dtype.I16, 26, Dtype.I32, 27, Dtype.I64, 28, Dtype.F64, 30, Dtype.BF16);
  private static final Map<Integer, String> REFUSED_TYPES = Map.ofEntries(Map.entry(3, "Q4_1"), Map.entry(6, "Q5_0"), Map.entry(7, "Q5_1"),
      Map.entry(9, "Q8_1"), Map.entry(10, "Q2_K"), Map.entry(11, "Q3_K"), Map.entry(12, "Q4_K"), Map.entry(13, "Q5_K"),
      Map.entry(14, "Q6_K"), Map.entry(15, "Q8_K"), Map.entry(16, "IQ2_XXS"), Map.entry(17, "IQ2_XS"), Map.entry(18, "IQ3_XXS"),
      Map.entry(19, "IQ1_S"), Map.entry(20, "IQ4_NL"), Map.entry(21, "IQ3_S"), Map.entry(22, "IQ2_S"), Map.entry(23, "IQ4_XS"),
      Map.entry(29, "IQ1_M"), Map.entry(34, "TQ1_0"), Map.entry(35, "TQ2_0"), Map.entry(39, "MXFP4"));

  private final Path file;
  private final GgufCursor cursor;
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private Gguf(Path file, GgufCursor cursor) {
    this.file = file;
    this.cursor = cursor;
  }

  /** @throws CheckpointException if the file is not of the format, cut short, or has tensors of another type */
  static TensorFile read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      return new Gguf(file, new GgufCursor(file, channel)).read();
    } catch (IOException cause) {
      throw new CheckpointException(file + " cannot be read: " + cause, cause);
    }
  }

  /** A tensor as the header describes it: its place counts from where the data begins, which is known only behind the header. */
  private record Described(String name, Dtype dtype, long[] shape, long offset) {}

  private TensorFile read() throws IOException {
    cursor.skip(MAGIC.length(), "GGUF");
    long version = cursor.u32("version");
    require(version == 2 || version == 3, "version", Long.toString(version), "2 or 3, little-endian");
    int tensorCount = count(cursor.u64("the number of tensors"), "tensors", MAX_TENSORS);
    int pairCount = count(cursor.u64("the number of pairs"), "pairs", MAX_PAIRS);
    for (int pair = 0; pair < pairCount; pair++) {
      readPair();
    }
    List<Described> described = new ArrayList<>();
    for (int tensor = 0; tensor < tensorCount; tensor++) {
      described.add(describe());
    }
    List<TensorEntry> entries = placed(described, alignment());
    TensorEntry.requireDisjoint(entries);
    return new TensorFile(file, entries, metadata);
  }

  private int count(long count, String what, int most) {
    require(count >= 0 && count <= most, what, Long.toUnsignedString(count), "at most " + most);
    return (int) count;
  }

  private void readPair() throws IOException {
    String key = cursor.text("a key", MAX_NAME_BYTES);
    String value = value(key, GgufType.of(file, key, cursor.u32(key)));
    if (value != null) {
      metadata.put(key, value);
    }
  }

  /** The value as text; null for long texts and lists, which are passed over. */
  private String value(String key, GgufType type) throws IOException {
    if (type == GgufType.TEXT) {
      return cursor.shortText(key, MAX_NAME_BYTES);
    }
    if (type != GgufType.LIST) {
      return type.read(cursor, key);
    }
    GgufType element = GgufType.of(file, key, cursor.u32(key));
    require(element != GgufType.LIST, key, "a list of lists", "no list in a list");
    long length = cursor.u64(key);
    if (element == GgufType.TEXT) {
      cursor.skipTexts(key, length);
      return null;
    }
    if (length < 0 || length > MAX_LIST) {
      cursor.skip(length, element.bytes(), key);
      return null;
    }
    List<String> elements = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      elements.add(element.read(cursor, key));
    }
    return String.join(",", elements);
  }

  private Described describe() throws IOException {
    String name = cursor.text("a tensor's name", MAX_NAME_BYTES);
    require(!name.isEmpty(), "a tensor's name", "empty", "a name");
    long dimensions = cursor.u32(name);
    require(dimensions <= MAX_DIMENSIONS, name, dimensions + " dimensions", "at most " + MAX_DIMENSIONS);
    long[] shape = new long[(int) dimensions];
    for (int i = shape.length - 1; i >= 0; i--) { // innermost first in the file
      shape[i] = cursor.u64(name);
      require(shape[i] >= 0, name, "a dimension of " + Long.toUnsignedString(shape[i]), "at most " + Long.MAX_VALUE);
    }
    Dtype dtype = type(name, (int) cursor.u32(name));
    long offset = cursor.u64(name);
    return new Described(name, dtype, originalShape(name, shape), offset);
  }

  private Dtype type(String name, int code) {
    Dtype dtype = TYPES.get(code);
    if (dtype == null) {
      throw new CheckpointException(file + ": " + name + " is of type " + REFUSED_TYPES.getOrDefault(code, "number " + code)
          + ", which is not read: take the model in F32, F16, BF16, Q8_0 or Q4_0");
    }
    return dtype;
  }

  /** ComfyUI's converter flattens tensors whose rows are no whole number of blocks, and says which shape they had. */
  private long[] originalShape(String name, long[] shape) {
    String original = metadata.get(ORIGINAL_SHAPE + name);
    if (original == null) {
      return shape;
    }
    require(original.matches("\\d{1,18}(,\\d{1,18})*"), ORIGINAL_SHAPE + name, original, "a shape");
    return Arrays.stream(original.split(",")).mapToLong(Long::parseLong).toArray();
  }

  private int alignment() {
    String given = metadata.getOrDefault("general.alignment", Integer.toString(DEFAULT_ALIGNMENT));
    require(given.matches("\\d{1,7}") && Integer.parseInt(given) > 0 && Integer.parseInt(given) <= MAX_ALIGNMENT, "general.alignment",
        given, "1 to " + MAX_ALIGNMENT);
    return Integer.parseInt(given);
  }

  private List<TensorEntry> placed(List<Described> described, int alignment) throws IOException {
    long dataStart = Math.floorDiv(cursor.position() + alignment - 1, alignment) * (long) alignment;
    long dataBytes = cursor.size() - dataStart; // negative where not even the padding behind the header is there
    List<TensorEntry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Described tensor : described) {
      require(names.add(tensor.name()), tensor.name(), "there twice", "one of that name");
      long bytes = bytes(tensor);
      if (tensor.offset() < 0 || tensor.offset() > dataBytes || bytes > dataBytes - tensor.offset()) {
        throw new CheckpointException(file + " is cut short: " + tensor.name() + " has " + bytes + " bytes at "
            + Long.toUnsignedString(tensor.offset()) + " behind the header, " + dataBytes + " are there");
      }
      entries.add(new TensorEntry(tensor.name(), tensor.dtype(), tensor.shape(), file, dataStart + tensor.offset(), bytes));
    }
    return entries;
  }

  private long bytes(Described tensor) {
    try {
      return tensor.dtype().bytes(tensor.shape());
    } catch (ArithmeticException impossible) {
      throw new CheckpointException(file + ": " + tensor.name() + " cannot be " + tensor.dtype() + Arrays.toString(tensor.shape()) + ": "
          + impossible.getMessage(), impossible);
    }
  }

  private void require(boolean holds, String what, String found, String expected) {
    if (!holds) {
      throw new CheckpointException(file + " is no GGUF file that can be read: " + what + " is " + found + ", expected " + expected);
    }
  }
}

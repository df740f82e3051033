package org.zimage.export.savedmodel;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VersionDef;
import org.zimage.checkpoint.Dtype;
import org.zimage.checkpoint.TensorEntry;

/**
 * A TensorFlow checkpoint laid over safetensors or GGUF files: all hold raw little-endian tensors, so the data shards are the files
 * themselves (hard links, or copies on another file system), and only {@code variables.index} is written. A tensor of it may lie
 * anywhere in a shard, at any byte; what is no tensor of TensorFlow, such as a block of quantized weights, is one of bytes.
 *
 * <p>Formats: tensorflow/core/util/tensor_bundle (index), LevelDB's table_format.md (its container).
 */
final class TensorBundle {
  /** LevelDB's table magic number. */
  private static final long TABLE_MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;

  private TensorBundle() {}

  /**
   * Writes the checkpoint under {@code folder/variables}.
   *
   * @param entries by the names that the graph restores them with
   * @param files the weights' files, as they are linked or copied for all networks of a model
   * @return the checksum of every tensor, by key: CRC-32C as TensorFlow masks it
   */
  static Map<String, Integer> write(Collection<TensorEntry> entries, Path folder, LinkedFiles files) throws IOException {
    List<Path> shards = new ArrayList<>(new TreeSet<>(entries.stream().map(TensorEntry::file).toList()));
    Map<String, Integer> checksums = new TreeMap<>();
    SortedMap<ByteString, byte[]> table = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    table.put(ByteString.EMPTY, BundleHeaderProto.newBuilder()
        .setNumShards(shards.size())
        .setVersion(VersionDef.newBuilder().setProducer(1))
        .build().toByteArray());
    for (TensorEntry entry : entries) {
      int checksum = checksum(entry);
      checksums.put(entry.name(), checksum);
      table.put(ByteString.copyFromUtf8(entry.name()), place(entry, shards.indexOf(entry.file()), checksum)
          .toByteArray());
    }
    Path variables = Files.createDirectories(folder.resolve("variables"));
    for (int shard = 0; shard < shards.size(); shard++) {
      files.link(shards.get(shard), variables.resolve(String.format("variables.data-%05d-of-%05d", shard, shards.size())));
    }
    Files.write(variables.resolve("variables.index"), tableFile(table));
    return checksums;
  }

  private static BundleEntryProto place(TensorEntry entry, int shard, int checksum) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : entry.shape()) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return BundleEntryProto.newBuilder()
        .setDtype(dataType(entry.dtype()))
        .setShape(shape)
        .setShardId(shard)
        .setOffset(entry.offset())
        .setSize(entry.size())
        .setCrc32C(checksum)
        .build();
  }

  private static DataType dataType(Dtype dtype) {
    return switch (dtype) {
      case F32 -> DataType.DT_FLOAT;
      case BF16 -> DataType.DT_BFLOAT16;
      case F16 -> DataType.DT_HALF;
      case U8 -> DataType.DT_UINT8;
      default -> throw new IllegalArgumentException("TensorFlow reads " + dtype + " as bytes only");
    };
  }

  private static int checksum(TensorEntry entry) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(entry.map());
    return masked(crc);
  }

  /** A CRC of data that contains CRCs would be weak, so LevelDB stores it rotated and shifted. */
  private static int masked(CRC32C crc) {
    int value = (int) crc.getValue();
    return ((value >>> 15) | (value << 17)) + 0xa282ead8;
  }

  /** One block of data, an empty one of metadata, the index of the blocks, and the footer that says where they are. */
  private static byte[] tableFile(SortedMap<ByteString, byte[]> table) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    byte[] data = appendBlock(file, table);
    byte[] metadata = appendBlock(file, new TreeMap<>());
    SortedMap<ByteString, byte[]> blocks = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    blocks.put(table.lastKey(), data);
    byte[] index = appendBlock(file, blocks);
    file.write(ByteBuffer.allocate(FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN)
        .put(metadata).put(index).putLong(FOOTER_BYTES - Long.BYTES, TABLE_MAGIC).array());
    return file.toByteArray();
  }

  /**
   * Appends a block in which every key stands whole (each is a restart point).
   *
   * @return the block's handle: its offset and size as varints
   */
  private static byte[] appendBlock(ByteArrayOutputStream file, SortedMap<ByteString, byte[]> table)
      throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(block);
    List<Integer> restarts = new ArrayList<>();
    for (Map.Entry<ByteString, byte[]> entry : table.entrySet()) {
      restarts.add(out.getTotalBytesWritten());
      out.writeUInt32NoTag(0); // bytes shared with the key before
      out.writeUInt32NoTag(entry.getKey().size());
      out.writeUInt32NoTag(entry.getValue().length);
      out.writeRawBytes(entry.getKey());
      out.writeRawBytes(entry.getValue());
    }
    if (restarts.isEmpty()) {
      restarts.add(0);
    }
    for (int restart : restarts) {
      out.writeFixed32NoTag(restart);
    }
    out.writeFixed32NoTag(restarts.size());
    int size = out.getTotalBytesWritten();
    out.writeRawByte(0); // not compressed
    out.flush();
    CRC32C crc = new CRC32C();
    crc.update(block.toByteArray());
    out.writeFixed32NoTag(masked(crc));
    out.flush();
    byte[] handle = handle(file.size(), size);
    block.writeTo(file);
    return handle;
  }

  private static byte[] handle(int offset, int size) throws IOException {
    ByteArrayOutputStream handle = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(handle);
    out.writeUInt64NoTag(offset);
    out.writeUInt64NoTag(size);
    out.flush();
    return handle.toByteArray();
  }
}

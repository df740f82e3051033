package org.zimage.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** The types of the values in a GGUF file's metadata, by their numbers there. */
enum GgufType {
  U8(1), I8(1), U16(2), I16(2), U32(4), I32(4), F32(4), BOOL(1), TEXT(8), LIST(12), U64(8), I64(8), F64(8);

  private final int bytes;

  GgufType(int bytes) {
    this.bytes = bytes;
  }

  /** The size of one value; of a text or a list the smallest size. */
  int bytes() {
    return bytes;
  }

  static GgufType of(Path file, String key, long number) {
    if (number >= values().length) {
      throw new CheckpointException(file + " is no GGUF file that can be read: " + key + " is of type " + number + ", expected at most "
          + (values().length - 1));
    }
    return values()[(int) number];
  }

  /** A number or truth value as text. */
  String read(GgufCursor cursor, String key) throws IOException {
    long raw = cursor.littleEndian(bytes, key);
    return switch (this) {
      case F32 -> Float.toString(Float.intBitsToFloat((int) raw));
      case F64 -> Double.toString(Double.longBitsToDouble(raw));
      case I8 -> Byte.toString((byte) raw);
      case I16 -> Short.toString((short) raw);
      case I32 -> Integer.toString((int) raw);
      case I64 -> Long.toString(raw);
      case U64 -> Long.toUnsignedString(raw);
      default -> Long.toString(raw);
    };
  }
}

package org.zimage.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads a header from its beginning to its end, a buffer at a time. No length in it is believed before the file is known to be as long. */
final class GgufCursor {
  private static final int BUFFER_BYTES = 1 << 16;
  /** A tokenizer has some hundred thousand. */
  private static final int MAX_TEXTS = 2_000_000;

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
  /** Where in the file the buffer's end is. */
  private long bufferEnd;

  GgufCursor(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
  }

  long position() {
    return bufferEnd - buffer.remaining();
  }

  long size() {
    return size;
  }

  long u32(String what) throws IOException {
    return littleEndian(Integer.BYTES, what);
  }

  /** As a signed number: one that is negative is larger than any file. */
  long u64(String what) throws IOException {
    return littleEndian(Long.BYTES, what);
  }

  long littleEndian(int bytes, String what) throws IOException {
    requireLeft(bytes, what);
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (next() & 0xffL) << (Byte.SIZE * i);
    }
    return value;
  }

  private byte next() throws IOException {
    if (!buffer.hasRemaining()) {
      fill();
    }
    return buffer.get();
  }

  private void fill() throws IOException {
    buffer.clear();
    int read = channel.read(buffer, bufferEnd);
    if (read <= 0) {
      throw cutShort("its header");
    }
    bufferEnd += read;
    buffer.flip();
  }

  /** @throws CheckpointException if the text is longer than {@code most} bytes */
  String text(String what, int most) throws IOException {
    String text = shortText(what, most);
    if (text == null) {
      throw new CheckpointException(file + " is no GGUF file that can be read: " + what + " has more than " + most + " bytes");
    }
    return text;
  }

  /** A text; null for a longer one, which is passed over. */
  String shortText(String what, int most) throws IOException {
    long length = u64(what);
    requireLeft(length, what);
    if (length > most) {
      skip(length, what);
      return null;
    }
    byte[] utf8 = new byte[(int) length];
    for (int i = 0; i < utf8.length; i++) {
      utf8[i] = next();
    }
    return new String(utf8, StandardCharsets.UTF_8);
  }

  void skipTexts(String what, long count) throws IOException {
    if (count < 0 || count > MAX_TEXTS) {
      throw new CheckpointException(file + " is no GGUF file that can be read: " + what + " has " + Long.toUnsignedString(count)
          + " texts, expected at most " + MAX_TEXTS);
    }
    for (long i = 0; i < count; i++) {
      skip(u64(what), what);
    }
  }

  void skip(long count, int bytes, String what) throws IOException {
    if (count < 0 || count > size) {
      throw cutShort(what);
    }
    skip(Math.multiplyExact(count, (long) bytes), what);
  }

  void skip(long bytes, String what) throws IOException {
    requireLeft(bytes, what);
    if (bytes <= buffer.remaining()) {
      buffer.position(buffer.position() + (int) bytes);
      return;
    }
    bufferEnd = position() + bytes;
    buffer.limit(0);
  }

  private void requireLeft(long bytes, String what) {
    if (bytes < 0 || bytes > size - position()) {
      throw cutShort(what);
    }
  }

  private CheckpointException cutShort(String what) {
    return new CheckpointException(file + " is no GGUF file, or is cut short: it has " + size + " bytes, and " + what
        + " does not end in them");
  }
}

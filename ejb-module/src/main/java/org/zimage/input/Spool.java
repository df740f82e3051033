package org.zimage.input;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes that arrive and are read afterwards, as often as wanted: in memory while they are few, otherwise in a temporary file
 * that has no name, so that it ends with this process, however that ends. Whoever makes one closes it. Not for several
 * threads.
 */
public final class Spool extends OutputStream {
  private static final int MOST_IN_MEMORY = 256 * 1024;

  private ByteArrayOutputStream memory = new ByteArrayOutputStream();
  /** Null while the bytes are in memory. */
  private FileChannel file;
  private long size;

  /** Bytes that have arrived. */
  public long size() {
    return size;
  }

  /** Whether they are in memory, and not in a file. */
  public boolean isInMemory() {
    return file == null;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  /** @throws IOException when the temporary file cannot be written, for example because its disk is full */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (file == null && size + length > MOST_IN_MEMORY) {
      moveToFile();
    }
    if (file == null) {
      memory.write(bytes, offset, length);
    } else {
      writeToFile(ByteBuffer.wrap(bytes, offset, length));
    }
    size += length;
  }

  private void moveToFile() throws IOException {
    Path name = Files.createTempFile("zimage-", ".part");
    // Takes the name away at once
    file = FileChannel.open(name, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    writeToFile(ByteBuffer.wrap(memory.toByteArray()));
    memory = null;
  }

  private void writeToFile(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  /** All bytes that have arrived until now, from the first on. */
  public InputStream open() {
    return file == null ? new ByteArrayInputStream(memory.toByteArray()) : new FileBytes(file, size);
  }

  @Override
  public void close() throws IOException {
    memory = null;
    if (file != null) {
      file.close();
    }
  }

  /** Reads by position, so that several readers do not meet. */
  private static final class FileBytes extends InputStream {
    private final FileChannel file;
    private final long end;
    private long position;

    FileBytes(FileChannel file, long end) {
      this.file = file;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      if (position == end) {
        return length == 0 ? 0 : -1;
      }
      int read = file.read(ByteBuffer.wrap(to, offset, (int) Math.min(length, end - position)), position);
      position += Math.max(read, 0);
      return read;
    }

    @Override
    public int available() {
      return (int) Math.min(Integer.MAX_VALUE, end - position);
    }
  }
}

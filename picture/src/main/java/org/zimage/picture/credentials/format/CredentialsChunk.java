package org.zimage.picture.credentials.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A PNG or WebP with a chunk for its content credentials: {@code caBX} after the header of a PNG, {@code C2PA} at the end of a WebP, as
 * c2pa-rs does it. Everything else in the file is left as it is. The bytes belong to this object until {@link #filled}.
 *
 * @param file the whole file
 * @param start where the chunk begins, with its length
 * @param length of the whole chunk, with its checksum in a PNG
 */
public record CredentialsChunk(byte[] file, int start, int length) {
  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final int PNG_FRAME_BYTES = 12;
  private static final int PNG_HEADER_END = 33;
  private static final int PNG_TYPE = fourCharacters("caBX");
  private static final int PNG_LAST = fourCharacters("IEND");
  private static final int WEBP_FRAME_BYTES = 8;
  private static final int WEBP_CHUNKS = 12;
  private static final int WEBP_TYPE = fourCharacters("C2PA");

  /**
   * Makes room for credentials.
   *
   * @param store their length; an even number, because a WebP's odd chunks have a byte more
   * @throws MalformedCredentials when the file is neither PNG nor WebP, or has credentials
   */
  public static CredentialsChunk makeRoom(byte[] file, int store) {
    if (find(file).isPresent()) {
      throw new MalformedCredentials("the file has content credentials");
    }
    return isPng(file) ? inPng(file, store) : inWebp(file, store);
  }

  private static CredentialsChunk inPng(byte[] file, int store) {
    int length = store + PNG_FRAME_BYTES;
    ByteBuffer all = ByteBuffer.allocate(file.length + length);
    all.put(file, 0, PNG_HEADER_END).putInt(store).putInt(PNG_TYPE);
    all.position(PNG_HEADER_END + length).put(file, PNG_HEADER_END, file.length - PNG_HEADER_END);
    return new CredentialsChunk(all.array(), PNG_HEADER_END, length);
  }

  private static CredentialsChunk inWebp(byte[] file, int store) {
    int length = store + WEBP_FRAME_BYTES;
    ByteBuffer all = ByteBuffer.allocate(file.length + length).put(file).putInt(WEBP_TYPE).order(ByteOrder.LITTLE_ENDIAN).putInt(store);
    all.putInt(4, all.limit() - WEBP_FRAME_BYTES);
    return new CredentialsChunk(all.array(), file.length, length);
  }

  /**
   * Finds the credentials of a file.
   *
   * @return empty for a file of another type, and for one without, even if it is damaged
   * @throws MalformedCredentials when it has two
   */
  public static Optional<CredentialsChunk> find(byte[] file) {
    if (isPng(file)) {
      return findInPng(file);
    }
    return isWebp(file) ? findInWebp(file) : Optional.empty();
  }

  private static Optional<CredentialsChunk> findInPng(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file);
    CredentialsChunk found = null;
    int type = 0;
    for (int at = PNG_SIGNATURE.length; type != PNG_LAST && at <= file.length - PNG_FRAME_BYTES;) {
      int content = in.getInt(at);
      type = in.getInt(at + 4);
      if (content < 0 || content > file.length - at - PNG_FRAME_BYTES) {
        break;
      }
      if (type == PNG_TYPE) {
        found = only(found, new CredentialsChunk(file, at, content + PNG_FRAME_BYTES));
      }
      at += content + PNG_FRAME_BYTES;
    }
    return Optional.ofNullable(found);
  }

  private static Optional<CredentialsChunk> findInWebp(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    CredentialsChunk found = null;
    for (int at = WEBP_CHUNKS; at <= file.length - WEBP_FRAME_BYTES;) {
      int content = in.getInt(at + 4);
      if (content < 0 || content > file.length - at - WEBP_FRAME_BYTES) {
        break;
      }
      if (Integer.reverseBytes(in.getInt(at)) == WEBP_TYPE) {
        found = only(found, new CredentialsChunk(file, at, content + WEBP_FRAME_BYTES));
      }
      at += content + (content & 1) + WEBP_FRAME_BYTES;
    }
    return Optional.ofNullable(found);
  }

  private static CredentialsChunk only(CredentialsChunk earlier, CredentialsChunk found) {
    if (earlier != null) {
      throw new MalformedCredentials("there are two content credentials in the file");
    }
    return found;
  }

  /** SHA-256 over the file without the chunk. */
  public byte[] hashOfTheRest() {
    MessageDigest sha256 = CredentialsHash.begin();
    sha256.update(file, 0, start);
    sha256.update(file, start + length, file.length - start - length);
    return sha256.digest();
  }

  /**
   * The file with these credentials.
   *
   * @param store as long as the room that was made
   */
  public byte[] filled(byte[] store) {
    if (store.length != length - frameBytes()) {
      throw new IllegalArgumentException("The credentials have " + store.length + " bytes (the room is " + (length - frameBytes()) + ")");
    }
    System.arraycopy(store, 0, file, start + WEBP_FRAME_BYTES, store.length);
    if (isPng(file)) {
      ByteBuffer.wrap(file).putInt(start + length - 4, checksum());
    }
    return file;
  }

  /**
   * The credentials.
   *
   * @throws MalformedCredentials when they do not fit the chunk's checksum
   */
  public byte[] store() {
    if (isPng(file) && ByteBuffer.wrap(file).getInt(start + length - 4) != checksum()) {
      throw new MalformedCredentials("the checksum of the chunk does not fit");
    }
    int content = start + WEBP_FRAME_BYTES;
    return Arrays.copyOfRange(file, content, content + length - frameBytes());
  }

  /** Of a PNG: over type and content. */
  private int checksum() {
    CRC32 crc = new CRC32();
    crc.update(file, start + 4, length - 8);
    return (int) crc.getValue();
  }

  private int frameBytes() {
    return frameBytes(file);
  }

  private static int frameBytes(byte[] file) {
    return isPng(file) ? PNG_FRAME_BYTES : WEBP_FRAME_BYTES;
  }

  /** Where the chunk of such a file is put. */
  public static int place(byte[] file) {
    if (isPng(file)) {
      return PNG_HEADER_END;
    }
    if (isWebp(file)) {
      return file.length;
    }
    throw new MalformedCredentials("the file is neither PNG nor WebP");
  }

  private static boolean isPng(byte[] file) {
    return file.length > PNG_HEADER_END && Arrays.equals(file, 0, PNG_SIGNATURE.length, PNG_SIGNATURE, 0, PNG_SIGNATURE.length);
  }

  private static boolean isWebp(byte[] file) {
    return file.length > WEBP_CHUNKS && ByteBuffer.wrap(file).getInt() == fourCharacters("RIFF")
        && ByteBuffer.wrap(file).getInt(WEBP_FRAME_BYTES) == fourCharacters("WEBP");
  }

  private static int fourCharacters(String name) {
    return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt();
  }
}

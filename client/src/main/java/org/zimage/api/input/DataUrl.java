package org.zimage.api.input;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

/**
 * Pictures as data URLs (RFC 2397) in base64. A data URL takes four thirds of the picture's bytes, and twice as much for a moment while it
 * is made; the file itself is never in memory.
 */
public final class DataUrl {
  private static final String BASE64 = ";base64,";
  /** A multiple of three bytes, so that the base64 of parts is that of the whole. */
  private static final int PART_BYTES = 3 * 16 * 1024;
  /** Whose base64 fits into a text of Java. */
  private static final int MOST_BYTES = 1 << 30;

  private DataUrl() { }

  /**
   * @param field that gets the picture, for the message of a refusal
   * @throws IllegalArgumentException when the file is neither PNG nor JPEG nor WebP
   * @throws IOException when it cannot be read
   */
  public static String of(String field, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return encode(field + ": " + file, in, Files.size(file));
    }
  }

  /**
   * The same of a stream, which is read to its end and stays open.
   *
   * @throws IOException when the stream fails
   */
  public static String of(String field, InputStream in) throws IOException {
    return encode(field, in, in.available());
  }

  /** The same of bytes. */
  public static String of(String field, byte[] picture) {
    try {
      return encode(field, new ByteArrayInputStream(picture), picture.length);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** @param expectedBytes as many as there are, or fewer */
  private static String encode(String what, InputStream in, long expectedBytes) throws IOException {
    byte[] part = new byte[PART_BYTES];
    int read = in.readNBytes(part, 0, PART_BYTES);
    InputPictureType type = InputPictureType.of(what, Arrays.copyOf(part, Math.min(read, InputPictureType.HEAD_BYTES)));
    if (expectedBytes > MOST_BYTES) {
      throw new IllegalArgumentException(what + " has " + expectedBytes + " bytes, which no server takes: make it smaller");
    }
    String start = "data:" + type.mediaType() + BASE64;
    StringBuilder url = new StringBuilder(start.length() + (int) ((expectedBytes + 2) / 3 * 4)).append(start);
    Base64.Encoder encoder = Base64.getEncoder();
    for (; read > 0; read = in.readNBytes(part, 0, PART_BYTES)) {
      url.append(encoder.encodeToString(read == PART_BYTES ? part : Arrays.copyOf(part, read)));
    }
    return url.toString();
  }

  /**
   * The file that a data URL carries.
   *
   * @throws IllegalArgumentException when it is no data URL in base64
   */
  public static byte[] bytes(String url) {
    int data = url.indexOf(BASE64);
    if (!url.startsWith("data:") || data < 0) {
      throw new IllegalArgumentException("no data URL in base64: " + url.substring(0, Math.min(url.length(), 40)));
    }
    return Base64.getDecoder().decode(url.substring(data + BASE64.length()));
  }
}

package org.zimage.input;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The content credentials of a picture that a task begins with, kept as a text of the PNG that is made of it: as its own they would not
 * fit, because it has other pixels.
 */
final class InputCredentials {
  private static final String KEYWORD = "source_credentials";
  private static final int SIGNATURE_BYTES = 8;
  private static final int CHECKSUM_BYTES = 4;
  /** Longer ones are not passed on. */
  private static final int MOST_BYTES = 1 << 18;
  private static final String TEXT = "tEXt";
  private static final String PIXELS = "IDAT";

  private InputCredentials() { }

  /** The texts of the PNG. */
  static Map<String, String> texts(Optional<byte[]> credentials) {
    return credentials.filter(store -> store.length <= MOST_BYTES)
        .map(store -> Map.of(KEYWORD, Base64.getEncoder().encodeToString(store))).orElse(Map.of());
  }

  /** What {@link #texts} wrote into a PNG of ours: texts stand before the pixels. */
  static Optional<byte[]> read(InputStream png) throws IOException {
    DataInputStream in = new DataInputStream(png);
    in.skipNBytes(SIGNATURE_BYTES);
    byte[] before = (KEYWORD + "\0").getBytes(StandardCharsets.US_ASCII);
    while (true) {
      int length = in.readInt();
      String type = new String(in.readNBytes(TEXT.length()), StandardCharsets.US_ASCII);
      if (length < 0 || type.equals(PIXELS)) {
        return Optional.empty();
      }
      if (type.equals(TEXT)) {
        byte[] text = in.readNBytes(length);
        if (text.length < length) {
          throw new EOFException("the picture is cut off");
        }
        if (Arrays.mismatch(before, text) == before.length) {
          return Optional.of(Base64.getDecoder().decode(Arrays.copyOfRange(text, before.length, length)));
        }
        in.skipNBytes(CHECKSUM_BYTES);
      } else {
        in.skipNBytes((long) length + CHECKSUM_BYTES);
      }
    }
  }
}

package org.zimage.web.openai;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.zimage.image.StoredImage;
import org.zimage.web.writing.Pieces;

/** The body of an answer with the pictures themselves. Holds one picture open at a time. */
final class InlinePieces implements Pieces {
  /** A multiple of three bytes, which base64 writes as four characters. */
  private static final int PIECE_BYTES = 48 * 1024;
  private static final String BEFORE = "{\"b64_json\":\"";
  private static final String AFTER = "\"}";
  private static final String END = "]}";

  private final String start;
  private final List<StoredImage> pictures;
  private int index = -1;
  private InputStream open;
  private boolean over;

  InlinePieces(Instant created, List<StoredImage> pictures) {
    this.start = "{\"created\":" + created.getEpochSecond() + ",\"output_format\":\"png\",\"data\":[";
    this.pictures = pictures;
  }

  /** In bytes. */
  long length() {
    long base64 = pictures.stream().mapToLong(picture -> (picture.length() + 2) / 3 * 4).sum();
    int separators = pictures.size() - 1;
    return start.length() + base64 + (long) pictures.size() * (BEFORE.length() + AFTER.length()) + separators
        + END.length();
  }

  @Override
  public byte[] next() throws IOException {
    if (over) {
      return null;
    }
    if (open == null) {
      return between();
    }
    byte[] bytes = open.readNBytes(PIECE_BYTES);
    if (bytes.length < PIECE_BYTES) {
      close();
    }
    return Base64.getEncoder().encode(bytes);
  }

  /** What stands before the next picture, or behind the last. */
  private byte[] between() throws IOException {
    String before = index < 0 ? start : AFTER;
    index++;
    if (index == pictures.size()) {
      over = true;
      return ascii(before + END);
    }
    open = pictures.get(index).open();
    return ascii(before + (index == 0 ? "" : ",") + BEFORE);
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

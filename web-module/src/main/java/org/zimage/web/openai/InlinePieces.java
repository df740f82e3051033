package org.zimage.web.openai;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.zimage.image.StoredImage;
import org.zimage.web.writing.Pieces;

/** An answer with the pictures themselves, as base64 between texts. Holds one picture open at a time. */
final class InlinePieces implements Pieces {
  /** A multiple of three bytes, which base64 writes as four characters. */
  private static final int PIECE_BYTES = 48 * 1024;
  private static final String BEFORE = "{\"b64_json\":\"";
  private static final String AFTER = "\"}";
  private static final String END = "]}";

  private final List<String> texts;
  private final List<StoredImage> pictures;
  private int index = -1;
  private InputStream open;
  private boolean over;

  /** @param texts ASCII: one before each picture, and one behind the last */
  InlinePieces(List<String> texts, List<StoredImage> pictures) {
    this.texts = texts;
    this.pictures = pictures;
  }

  /** The body of an answer that is no stream. */
  static InlinePieces ofBody(Instant created, List<StoredImage> pictures) {
    List<String> texts = new ArrayList<>();
    texts.add("{\"created\":" + created.getEpochSecond() + ",\"output_format\":\"png\",\"data\":[" + BEFORE);
    pictures.stream().skip(1).forEach(picture -> texts.add(AFTER + "," + BEFORE));
    texts.add(AFTER + END);
    return new InlinePieces(texts, pictures);
  }

  /** In bytes. */
  long length() {
    return pictures.stream().mapToLong(picture -> (picture.length() + 2) / 3 * 4).sum()
        + texts.stream().mapToLong(String::length).sum();
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
    index++;
    if (index == pictures.size()) {
      over = true;
    } else {
      open = pictures.get(index).open();
    }
    return texts.get(index).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}

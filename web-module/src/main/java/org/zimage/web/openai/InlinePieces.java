package org.zimage.web.openai;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.zimage.api.GenerationResult;
import org.zimage.api.json.Bodies;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StorageFailed;
import org.zimage.image.StoredImage;
import org.zimage.web.writing.Pieces;

/** An answer with the pictures themselves, as base64 between texts. Holds one picture open at a time. */
final class InlinePieces implements Pieces {
  /** A multiple of three bytes, which base64 writes as four characters. */
  private static final int PIECE_BYTES = 48 * 1024;
  private static final String EMPTY = "\"b64_json\":\"";

  /** What stands before each picture, and behind the last. */
  private final List<String> between;
  private final List<StoredImage> pictures;
  private int index = -1;
  private InputStream open;
  private boolean over;

  /** @param between ASCII: one before each picture, and one behind the last */
  InlinePieces(List<String> between, List<StoredImage> pictures) {
    this.between = between;
    this.pictures = pictures;
  }

  /** The body of an answer that is no stream. */
  static InlinePieces ofBody(Instant created, List<StoredImage> pictures) {
    ImagesResponse empty = new ImagesResponse(created.getEpochSecond(), "png",
        Collections.nCopies(pictures.size(), new ImagesResponse.Image(null, "")));
    return new InlinePieces(around(Bodies.text(empty)), pictures);
  }

  /** @throws StorageFailed when a picture is not in the store any more */
  static List<StoredImage> find(List<GenerationResult> pictures, ImageStore store) {
    return pictures.stream().map(picture -> RelativePath.parse(picture.relativePath()).flatMap(store::find)
        .orElseThrow(() -> new StorageFailed("The picture " + picture.relativePath() + " is not in the store", null))).toList();
  }

  /** What stands around the empty pictures of a text. */
  static List<String> around(String text) {
    return List.of(text.split("(?<=" + EMPTY + ")"));
  }

  /** In bytes. */
  long length() {
    return between.stream().mapToLong(String::length).sum()
        + pictures.stream().mapToLong(picture -> (picture.length() + 2) / 3 * 4).sum();
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

  /** Opens the next picture, if there is one. */
  private byte[] between() throws IOException {
    index++;
    over = index == pictures.size();
    if (!over) {
      open = pictures.get(index).open();
    }
    return between.get(index).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}

package org.zimage.web.v1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.zimage.history.History.FinishedPicture;
import org.zimage.image.ImageStore;
import org.zimage.image.RelativePath;
import org.zimage.image.StoredImage;
import org.zimage.web.writing.Pieces;

/** The pictures of a batch as one ZIP file, written while it is read: it is nowhere as a whole. */
final class PicturesArchive implements Pieces {
  private final List<FinishedPicture> pictures;
  private final ImageStore store;
  private final Set<String> names = new HashSet<>();
  private final Iterator<FinishedPicture> left;
  private final ByteArrayOutputStream made = new ByteArrayOutputStream();
  private final ZipOutputStream zip = new ZipOutputStream(made, StandardCharsets.UTF_8);
  /** The picture that is being copied. */
  private InputStream open;
  private boolean isComplete;

  /** Pictures that are no longer in the store are left out. */
  PicturesArchive(List<FinishedPicture> pictures, ImageStore store) {
    this.pictures = List.copyOf(pictures);
    this.store = store;
    this.left = this.pictures.iterator();
    // A PNG is compressed already
    zip.setLevel(Deflater.NO_COMPRESSION);
  }

  /** Whether there is nothing to send. */
  boolean isEmpty() {
    return pictures.stream().noneMatch(picture -> find(picture).isPresent());
  }

  private Optional<StoredImage> find(FinishedPicture picture) {
    return RelativePath.parse(picture.relativePath()).flatMap(store::find);
  }

  private String name(FinishedPicture picture) {
    String name = String.format(Locale.ROOT, "%02d_seed_%d", picture.index() + 1, picture.seed());
    // Clients may give two pictures one index
    String own = names.contains(name + ".png") ? name + "_" + names.size() : name;
    names.add(own + ".png");
    return own + ".png";
  }

  /**
   * The list of contents is not written when a picture cannot be read: callers would take a file that lacks pictures for a whole one.
   */
  @Override
  public byte[] next() throws IOException {
    while (!isComplete && made.size() < PIECE_BYTES) {
      goOn();
    }
    byte[] piece = made.toByteArray();
    made.reset();
    return piece.length == 0 ? null : piece;
  }

  private void goOn() throws IOException {
    if (open != null) {
      copy();
    } else if (left.hasNext()) {
      begin(left.next());
    } else {
      zip.close();
      isComplete = true;
    }
  }

  private void copy() throws IOException {
    byte[] bytes = open.readNBytes(PIECE_BYTES);
    zip.write(bytes);
    if (bytes.length < PIECE_BYTES) {
      closePicture();
    }
  }

  private void begin(FinishedPicture picture) throws IOException {
    Optional<StoredImage> image = find(picture);
    if (image.isPresent()) {
      ZipEntry entry = new ZipEntry(name(picture));
      entry.setTime(image.get().modified().toEpochMilli());
      zip.putNextEntry(entry);
      open = image.get().open();
    }
  }

  @Override
  public void close() throws IOException {
    closePicture();
    // Its memory is not Java's, and nobody reads what is made now
    zip.close();
  }

  private void closePicture() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}

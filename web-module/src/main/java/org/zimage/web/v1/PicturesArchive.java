package org.zimage.web.v1;

import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
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

/** The pictures of a batch as one ZIP file, written while it is read: it is nowhere as a whole. */
final class PicturesArchive implements StreamingOutput {
  private final List<FinishedPicture> pictures;
  private final ImageStore store;
  private final Set<String> names = new HashSet<>();

  /** Pictures that are no longer in the store are left out. */
  PicturesArchive(List<FinishedPicture> pictures, ImageStore store) {
    this.pictures = List.copyOf(pictures);
    this.store = store;
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
   * Not closed when a picture cannot be read: that would write the list of contents, and callers would take a file that
   * lacks pictures for a whole one.
   */
  @Override
  public void write(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    // A PNG is compressed already
    zip.setLevel(Deflater.NO_COMPRESSION);
    for (FinishedPicture picture : pictures) {
      Optional<StoredImage> image = find(picture);
      if (image.isPresent()) {
        add(zip, name(picture), image.get());
      }
    }
    zip.close();
  }

  private static void add(ZipOutputStream zip, String name, StoredImage image) throws IOException {
    try (InputStream picture = image.open()) {
      ZipEntry entry = new ZipEntry(name);
      entry.setTime(image.modified().toEpochMilli());
      zip.putNextEntry(entry);
      picture.transferTo(zip);
    }
  }
}
